"""Several ways to sign in on one network, of which an account takes one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

#: The setting that names the way; a network that has ways has a field of this name.
WAY: Final = "sign_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to sign in.  It asks for the fields that name it, and for those that name none."""

    name: str
    title: str  #: for people: "Microsoft 365: a person signs in"
    help: str = ""  #: a sentence: whom it is for
    #: What stands in fields as long as nobody says otherwise: the servers of a provider.
    presets: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    #: The secret that a person's sign-in at the provider brings (`answerback channel sign-in`);
    #: "": nobody signs in, all is typed here.
    brings: str = ""
    unproven: str = ""  #: a sentence, where no real server stood behind the tests
