"""All questions by name, in the order in which they are described; whatever passes numbers on goes through this list."""

from collections.abc import Mapping, Sequence

from warehouse.answers import asked as asking
from warehouse.answers import changed, handed_in, lists, values
from warehouse.answers.answer import Answer, Page, Question
from warehouse.answers.source import Source

QUESTIONS: Mapping[str, Question] = {
    question.name: question
    for question in (
        lists.QUESTIONS[0],
        values.QUESTION,
        *lists.QUESTIONS[1:],
        *handed_in.QUESTIONS,
        changed.QUESTION,
    )
}


def put(
    source: Source,
    name: str,
    given: Mapping[str, Sequence[str]] | None = None,
    page: Page | None = None,
    extra: frozenset[str] = frozenset(),
) -> Answer:
    """The answer to a question of this name, its parameters given as texts. Raises KeyError for no such question, else AskedError."""
    question = QUESTIONS[name]
    return question.ask(source, asking.read(question.parameters, given or {}), page or Page(), extra)
