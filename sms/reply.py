"""Turn -> the one reply to a text: prompts joined, without what only ears need."""

from engine.flow import Flow
from engine.phrases import PHRASES
from engine.turn import EnterQueue, Rescue, Speak, Turn


def render(flow: Flow, turn: Turn, session: str) -> str:
    """The reply, '' when there is nothing to say. Fitting it into its parts is the sender's (sms/segments.fit)."""
    words = [prompt.text.strip() for prompt in turn.prompts if isinstance(prompt, Speak)]
    if isinstance(turn.wait, Rescue):
        sorry = flow.phrases.get("sorry_text") or PHRASES["sorry_text"]
        words.append(sorry.get(turn.session.language) or sorry[flow.language])
    ticket = turn.session.ticket
    if (
        ticket
        and any(isinstance(owed, EnterQueue) for owed in turn.effects)
        and ticket not in " ".join(words)
    ):
        # Who waits for a person can ask for it and withdraw it, whatever the flow says.
        noted = flow.phrases.get("noted") or PHRASES["noted"]
        words.append((noted.get(turn.session.language) or noted[flow.language]).replace("{tiket}", ticket))
    return "\n".join(_once(words))


def _once(words: list[str]) -> list[str]:
    """The same sentence is not sent twice in one reply."""
    return [word for i, word in enumerate(words) if word and word not in words[:i]]
