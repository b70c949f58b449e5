"""The one error type of this benchmark."""


class Failure(Exception):
    """Something the numbers rest on does not hold: a missing package, a failed request, unequal work.

    The message is for the person at the terminal; `compare` prints it and exits with 1.
    """
