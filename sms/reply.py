"""Turn -> the one reply to a text: prompts joined, without what only ears need."""

from engine.flow import Flow
from engine.phrases import PHRASES
from engine.turn import Rescue, Speak, Turn


def render(flow: Flow, turn: Turn, session: str) -> str:
    """The reply, '' when there is nothing to say. Fitting it into its parts is the sender's (sms/segments.fit)."""
    words = [prompt.text.strip() for prompt in turn.prompts if isinstance(prompt, Speak)]
    if isinstance(turn.wait, Rescue):
        sorry = flow.phrases.get("sorry_text") or PHRASES["sorry_text"]
        words.append(sorry.get(turn.session.language) or sorry[flow.language])
    return "\n".join(_once(words))


def _once(words: list[str]) -> list[str]:
    """The same sentence is not sent twice in one reply."""
    return [word for i, word in enumerate(words) if word and word not in words[:i]]
