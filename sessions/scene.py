"""One contact in one transaction: what effects, questions and facts of the moment are asked with."""

from dataclasses import dataclass

from engine.flow import Flow
from engine.session import Session
from sessions.gateway import Gateway
from store.library import Connection


@dataclass(frozen=True)
class Scene:
    """One contact in one transaction."""

    gateway: Gateway
    db: Connection
    flow: Flow
    session_id: str
    session: Session
    now: str
