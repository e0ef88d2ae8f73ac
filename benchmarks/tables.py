"""Tables for the terminal and for the docs."""

import attrs


@attrs.frozen(kw_only=True)
class Table:
    """A titled table of text; the first column names the row, the others hold figures."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def as_text(self) -> str:
        """Align for a terminal."""
        lines = [self.head, *self.rows]
        widths = [max(len(line[j]) for line in lines) for j in range(len(self.head))]
        body = [
            "  ".join(
                cell.ljust(width) if j == 0 else cell.rjust(width)
                for j, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        rule = "-" * max(len(line) for line in body)
        parts = [self.title, rule, body[0], rule, *body[1:], rule]
        return "\n".join([*parts, self.note] if self.note else parts)

    def as_rst(self) -> str:
        """Write as a list-table."""
        lines = [f".. list-table:: {self.title}", "   :header-rows: 1", ""]
        for row in (self.head, *self.rows):
            lines += [
                f"   {'* -' if j == 0 else '  -'} {cell}".rstrip() for j, cell in enumerate(row)
            ]
        return "\n".join([*lines, "", self.note, ""] if self.note else [*lines, ""])
