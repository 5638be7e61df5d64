"""What a post has beside its text, under the names that queries use for it: a closed list."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType


class FieldKind(StrEnum):
    """What the values of a field are, and so what may be asked of it."""

    NAME = "a name"  #: a person or account; asked whole, with or without its server
    WORD = "a value"  #: asked whole
    LINK = "a web address"
    NUMBER = "a number"
    MOMENT = "a time"
    TEXT = "a text"  #: words are looked for in it, as in the post's own


class Field(StrEnum):
    """The fields there are, by the name a query is shown back with."""

    AUTHOR = "author"  #: who wrote it: handle or display name
    TO = "to"  #: whom it answers
    ENGAGING_WITH = "engaging_with"  #: whose post it answers, quotes or repeats
    REPOST_OF = "repost_of"  #: whose post it repeats
    LANG = "lang"  #: ISO 639 code
    CHANNEL = "channel"  #: the network it was said on
    TYPE = "type"  #: one of TYPES
    HAS = "has"  #: some of HAS
    VERIFIED = "verified"  #: true or false
    GENDER = "gender"
    COUNTRY = "country"
    REGION = "region"
    CITY = "city"
    CONTINENT = "continent"
    PLACE = "place"
    ID = "id"
    CONVERSATION = "conversation"
    TAG = "tag"  #: a label that somebody gave it
    SUBREDDIT = "subreddit"
    URL = "url"  #: its own address, or a link in it
    DOMAIN = "domain"  #: likewise, by host
    TLD = "tld"  #: likewise, by the end of the host
    FOLLOWERS = "followers"  #: of the author
    FOLLOWING = "following"  #: that the author follows
    POSTS = "posts"  #: by the author
    LIKES = "likes"
    REPOSTS = "reposts"
    REPLIES = "replies"
    RATING = "rating"  #: stars of a review
    LATITUDE = "latitude"  #: degrees
    LONGITUDE = "longitude"  #: degrees
    DATE = "date"  #: when it was written
    TITLE = "title"
    QUOTED = "quoted"  #: the text it quotes
    PARENT = "parent"  #: the text it answers
    BIO = "bio"  #: what the author says of themselves


KINDS: Mapping[Field, FieldKind] = MappingProxyType(
    {
        **dict.fromkeys(Field, FieldKind.WORD),
        **dict.fromkeys(
            (Field.AUTHOR, Field.TO, Field.ENGAGING_WITH, Field.REPOST_OF), FieldKind.NAME
        ),
        **dict.fromkeys((Field.URL, Field.DOMAIN, Field.TLD), FieldKind.LINK),
        **dict.fromkeys(
            (
                *(Field.FOLLOWERS, Field.FOLLOWING, Field.POSTS, Field.LIKES, Field.REPOSTS),
                *(Field.REPLIES, Field.RATING, Field.LATITUDE, Field.LONGITUDE),
            ),
            FieldKind.NUMBER,
        ),
        Field.DATE: FieldKind.MOMENT,
        **dict.fromkeys((Field.TITLE, Field.QUOTED, Field.PARENT, Field.BIO), FieldKind.TEXT),
    }
)

#: Other names, as people paste them, compared without case, `_` and `-`.
ALIASES: Mapping[str, Field] = MappingProxyType(
    {
        **{field.value.replace("_", ""): field for field in Field},
        **dict.fromkeys(("from", "authors", "username", "authorname", "user"), Field.AUTHOR),
        **dict.fromkeys(("inreplytouser", "replyto"), Field.TO),
        "retweetsof": Field.REPOST_OF,
        "language": Field.LANG,
        **dict.fromkeys(("network", "platform", "pagetype", "sitetype"), Field.CHANNEL),
        "engagementtype": Field.TYPE,
        "authorverified": Field.VERIFIED,
        "authorgender": Field.GENDER,
        **dict.fromkeys(("placecountry", "countrycode"), Field.COUNTRY),
        "state": Field.REGION,
        **dict.fromkeys(("guid", "resourceid", "postid"), Field.ID),
        **dict.fromkeys(
            ("conversationid", "thread", "threadid", "engagingwithguid"), Field.CONVERSATION
        ),
        **dict.fromkeys(("tags", "label", "category"), Field.TAG),
        **dict.fromkeys(("links", "link", "urlcontains"), Field.URL),
        **dict.fromkeys(("site", "host"), Field.DOMAIN),
        "topleveldomain": Field.TLD,
        **dict.fromkeys(("authorfollowers", "followerscount"), Field.FOLLOWERS),
        "followingcount": Field.FOLLOWING,
        "tweetscount": Field.POSTS,
        "retweets": Field.REPOSTS,
        **dict.fromkeys(("reviewrating", "stars"), Field.RATING),
        **dict.fromkeys(("urltitle", "headline"), Field.TITLE),
        **dict.fromkeys(("quote", "quotedtext"), Field.QUOTED),
        **dict.fromkeys(("parentmessage", "parenttext"), Field.PARENT),
        **dict.fromkeys(("userbio", "authorbio", "description"), Field.BIO),
    }
)
#: Names that are no field of their own: `is:reply`, `since:2026-01-31`.
SPECIAL = ("is", "since", "until", "before", "after", "during")
#: Fields of other products whose values no post here carries.
CARRIED_NOWHERE = frozenset(
    {
        *("sample", "pointradius", "boundingbox", "context", "entity", "embedding"),
        *("embeddingthreshold", "authorverifiedtype", "sentiment", "imagetype", "minuteofday"),
        *("listedcount", "source", "reachestimate", "publishersubtype"),
        # X: rules of the stream, then of its search page
        *("list", "bioname", "biolocation", "profilecountry", "profileregion", "profilelocality"),
        *("profilesubregion", "profilepointradius", "profileboundingbox"),
        *("inreplytotweetid", "inreplytostatusid", "quotesoftweetid", "retweetsoftweetid"),
        *("sinceid", "maxid", "sincetime", "untiltime", "withintime"),
        *("minfaves", "minretweets", "minreplies", "filter", "geocode", "within", "near"),
    }
)
#: Fields that say enough to stand alone in a query; the others only narrow one down.
ALONE = frozenset(
    {
        *(Field.AUTHOR, Field.TO, Field.ENGAGING_WITH, Field.REPOST_OF, Field.URL, Field.DOMAIN),
        *(Field.ID, Field.CONVERSATION, Field.TAG, Field.SUBREDDIT),
        *(Field.TITLE, Field.QUOTED, Field.PARENT, Field.BIO),
    }
)
#: Fields of which a post has one value: asking for two at once finds nothing.  Not the type: a
#: post may answer one and quote another.
SINGLE = frozenset(
    {
        *(Field.AUTHOR, Field.CHANNEL, Field.VERIFIED, Field.GENDER),
        *(Field.ID, Field.CONVERSATION, Field.SUBREDDIT),
    }
)

#: What a post is to another; the words that Brandwatch and X use are read as these.
TYPES = ("post", "reply", "repost", "quote")
#: What can be in a post.  The first five are seen in its text.
HAS = ("links", "mentions", "hashtags", "cashtags", "emoji", "media", "images", "videos", "geo")

#: What is known of one post beside its own text: a field's values, as the network tells them.
#: Numbers in decimal, moments in ISO 8601 with a zone (UTC without).  A field that is absent, or
#: whose value makes no sense, is not told, and nothing asked of it is found.
Facts = Mapping[str, Sequence[str]]
