"""What people call a field of work, or the occupation that stands in its place."""

from skillbalance.errors import UnknownFieldError
from skillbalance.model.profile import Profile
from skillbalance.reference.fields import find_field


def field_name(field: str) -> str:
    """
    Return the name of a built-in field; the id of any other, which a result may carry.

    Examples
    --------
    >>> field_name("sales"), field_name("29-1141.00")
    ('Sales', '29-1141.00')
    """
    try:
        return find_field(field).name
    except UnknownFieldError:
        return field


def work_of(profile: Profile) -> str:
    """
    Return the name of the occupation of a profile, or else of its field.

    Raises
    ------
    UnknownFieldError
        If the profile has no occupation and its field is not built in.
    """
    if profile.occupation is not None:
        return profile.occupation.name
    return find_field(profile.field).name
