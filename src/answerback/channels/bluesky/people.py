"""Who is behind a DID: streams tell no more than that."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from answerback.channels.bluesky.api import Api, NoAppView, NotThere
from answerback.channels.inbound import ChannelDown

_AT_ONCE: Final = 25  #: profiles of one question, at most


class People:
    """
    What is known of authors: asked of the app view, or of the server that keeps their posts.

    The newest `most` are remembered as long as the work lasts.  Where nobody knows, and where
    nobody answers, there is no handle: the DID stands for it.
    """

    def __init__(self, api: Api, *, most: int = 20_000) -> None:
        self._api, self._most = api, most
        self._known: OrderedDict[str, Mapping[str, Any]] = OrderedDict()
        self._app_view = True

    def known(
        self, dids: Collection[str], *, at: datetime, questions: int
    ) -> dict[str, Mapping[str, Any]]:
        """Return what is known of some, asking at most so many questions."""
        unknown = [did for did in dict.fromkeys(dids) if did not in self._known]
        try:
            asked = unknown
            while asked and questions > 0 and self._app_view:
                self._profiles(asked[:_AT_ONCE], at=at)
                asked, questions = asked[_AT_ONCE:], questions - 1
            unasked = [did for did in unknown if did not in self._known]
            for did in unasked[:_AT_ONCE] if not self._app_view else ():
                self._repository(did, at=at)
        except ChannelDown:
            pass  # a post is not held back because nobody says what its author is called
        return {did: self._known[did] for did in dids if did in self._known}

    def forget(self, did: str) -> None:
        """Ask anew: the network says that they changed."""
        self._known.pop(did, None)

    def _profiles(self, dids: list[str], *, at: datetime) -> None:
        try:
            told = self._api.get("app.bsky.actor.getProfiles", {"actors": dids}, at=at)
        except NoAppView:
            self._app_view = False
            return
        profiles = told.get("profiles")  # of those alone that it knows; the others may come yet
        for one in profiles if isinstance(profiles, list) else ():
            if isinstance(one, Mapping) and isinstance(one.get("did"), str):
                self._remember(one["did"], one)

    def _repository(self, did: str, *, at: datetime) -> None:
        try:
            told = self._api.get("com.atproto.repo.describeRepo", {"repo": did}, at=at)
        except NotThere:
            told = {}
        handle = told.get("handle") if told.get("handleIsCorrect") is True else None
        self._remember(did, {"did": did, "handle": handle} if isinstance(handle, str) else {})

    def _remember(self, did: str, told: Mapping[str, Any]) -> None:
        self._known[did] = told
        while len(self._known) > self._most:
            self._known.popitem(last=False)
