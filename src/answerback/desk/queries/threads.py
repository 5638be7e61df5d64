"""Who answers whom, upwards."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from answerback.desk import models
from answerback.domain.records.discard import DiscardReason

#: A chain of answers without a conversation id is followed this far.
DEEPEST = 200
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A post in its thread, without its words."""

    external_id: str
    in_reply_to: str | None
    author_key: str
    own: bool  #: by the brand
    conversation: str
    settled: bool  #: its conversation was worked out, not only guessed from the post alone


@dataclass(kw_only=True)
class Threads:
    """The posts of one brand and channel, each fetched at most once."""

    brand_id: int
    channel: str
    nodes: dict[str, Node | None] = field(default_factory=dict)  #: None: we do not have it

    def fetch_upwards(self, external_ids: Iterable[str]) -> None:
        """Fetch these posts and all they answer, one question to the database a level."""
        wanted = {one for one in external_ids if one not in self.nodes}
        for _ in range(DEEPEST):
            if not wanted:
                return
            self._fetch(wanted)
            above = (self.nodes[one] for one in wanted)
            wanted = {
                node.in_reply_to
                for node in above
                if node is not None
                and node.in_reply_to is not None
                and node.in_reply_to not in self.nodes
            }

    def above(self, external_id: str) -> Iterator[Node]:
        """Yield what a post answers, what that answers, and so on, as far as we have it."""
        met = {external_id}
        node = self.nodes.get(external_id)
        while node is not None and node.in_reply_to is not None and node.in_reply_to not in met:
            met.add(node.in_reply_to)
            node = self.nodes.get(node.in_reply_to)
            if node is not None:
                yield node

    def conversation_of(self, external_id: str) -> str:
        """
        Return the conversation of a post that we have.

        The network's own thread id, where the post or one above it has one; else the topmost
        post of the chain, even when we only know it by name: so answers that came before
        what they answer meet in the same conversation.
        """
        chain = [external_id]
        node = self.nodes.get(external_id)
        while node is not None and not node.conversation.startswith("c:"):
            if node.in_reply_to is None:
                return f"r:{node.external_id}"
            if node.in_reply_to in chain:  # a circle of answers: any fixed member will do
                return f"r:{min(chain[chain.index(node.in_reply_to) :])}"
            if node.in_reply_to not in self.nodes and node.settled:  # deeper than we look
                return node.conversation
            chain.append(node.in_reply_to)
            node = self.nodes.get(node.in_reply_to)
        return f"r:{chain[-1]}" if node is None else node.conversation

    def _fetch(self, external_ids: Iterable[str]) -> None:
        several = iter(sorted(external_ids))
        while part := list(islice(several, _CHUNK)):
            self.nodes.update(dict.fromkeys(part))
            rows = models.Post.objects.filter(
                brand_id=self.brand_id, channel=self.channel, external_id__in=part
            ).order_by("version")  # the newest version has the last word
            for (
                external_id,
                in_reply_to,
                author_key,
                discarded,
                conversation,
                at,
            ) in rows.values_list(
                "external_id",
                "in_reply_to",
                "author_key",
                "discard_reason",
                "conversation",
                "sorted_at",
            ):
                own = discarded == DiscardReason.OWN_POST
                self.nodes[external_id] = Node(
                    external_id=external_id,
                    in_reply_to=in_reply_to,
                    author_key=author_key,
                    own=own,
                    conversation=conversation,
                    settled=at is not None and (own or discarded is None),
                )
