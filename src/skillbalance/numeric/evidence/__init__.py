"""From ratings to estimates: who is heard, how much, and what one more rating would tell."""
