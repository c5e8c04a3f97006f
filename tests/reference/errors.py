"""The two ways in which the interpreter gives up."""


class Unsupported(Exception):
    """A construct that the interpreter does not cover."""


class Wrong(Exception):
    """The query or the definitions are wrong, as far as the interpreter notices."""
