"""The letters by which a workbook names its columns: A is 1, Z is 26, AA is 27."""


def column_number(letters: str) -> int:
    """The number of a column, counted from 1; letters in either case."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """The letters of a column counted from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
