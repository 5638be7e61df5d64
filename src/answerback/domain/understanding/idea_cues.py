"""What an idea for those who make something looks like, and what only looks like one."""

from typing import Final

from answerback.domain.understanding.cues import Cue

_OPENING = (
    r"(?:^|[.!?:;\n>*\u2022\u2026]\s*|\s-+\s*|\d\)\s*)"
    r"(?:(?:so|and|or|also|just|but|then|maybe|perhaps|simply|at\ least|alternatively|"
    r"ideally|instead|pls|plz|please|kindly|you\ guys)[,\s]+){0,2}"
)
_HEAD = (
    r"(?:^|[.!?:;\n>*\u2022\u2026]\s+|\s-+\s+|\d\)\s*)"
    r"(?:(?:so|also|just|but|then|maybe|perhaps|simply|alternatively|ideally|instead|"
    r"essentially|please)[,\s]+){0,2}"
)
#: What a maker is told to do; each alone at the head of a sentence is an order.
_MAKE: Final = (
    "add allow enable provide include implement remove introduce integrate expose extend "
    "improve increase reduce simplify expand replace merge separate unify standardize automate "
    "permit offer bring consider port display restore redesign rename disable "
    "eliminate optimize optimise adjust reintroduce unlock legalize lower raise ensure"
)
_WEAK_MAKE: Final = (
    "support create have make give let change show fix update build publish open move keep stop "
    "put use"
)
_GLAD = (
    r"(?:nice|nicer|great|good|cool|awesome|helpful|helpfull|useful|usefull|better|best|perfect|"
    r"wonderful|fantastic|lovely|amazing|excellent|convenient|handy|ideal|beneficial|welcome|"
    r"appreciated|appreciate|neat|sweet|brilliant|interesting|worth|wise|sensible|valuable|huge|"
    r"super|easier|much\ easier|enough|preferable|desirable|love|a\ (?:\w+\ )?"
    r"(?:big|great|huge|nice|good|excellent|useful)\ (?:\w+\ )?"
    r"(?:help|addition|feature|idea|improvement|touch|plus|thing|win))"
)
_VERY = (
    r"(?:(?:so|really|very|much|also|even|extremely|super|quite|more|most|just|pretty|"
    r"incredibly|highly|absolutely|way|a\ lot|probably|definitely|still|hugely)\ )*"
)

IDEA_CUES: Final[tuple[Cue, ...]] = (
    Cue(
        "would be nice",
        3,
        "would wouldn't could might d it'd that'd this'd will ll it'll",
        r"(?<!\bi\s)(?<!\bhe\s)(?<!\byou\s)(?<!\bthey\s)(?<!\bi)(?<!\bhe)(?<!\byou)(?<!\bthey)"
        rf"(?:\bwould|'d|\bmight|\bcould)\s(?:\w+\s)?be\s{_VERY}{_GLAD}\b",
    ),
    Cue(
        "will be nice",
        2,
        "will it'll",
        rf"\b(?:it|that)(?:\swill|'ll)\s(?:also\s)?be\s{_VERY}{_GLAD}\b",
    ),
    Cue(
        "be nice if", 2, "be", rf"\bbe\s{_VERY}{_GLAD}\s(?:if|to\ (?:have|see|be|get|add|allow))\b"
    ),
    Cue(
        "should",
        2,
        "should",
        r"(?<!\bi\s)(?<!\bas\sit\s)(?<!he\s)(?<!that\s)(?<!prices\s)(?<!all\s)\bshould\s"
        r"(?:also\s|really\s|just\s|only\s|always\s|at\ least\s|definitely\s|be\s){0,2}"
        r"(?!not\b|have\ \w+(?:ed|en|ne|wn)\b|have\ to|work\b|happen|know|mean|get\b|fine|ok|"
        r"ashamed|i\b|we\b|appreciate|watch|come|go\b|stay\b|see\b|win\b|be\ (?:out|in|here|"
        r"back|home)\b|find\b|wait\b|listen)\w+",
    ),
    Cue("there should be", 2, "should must", r"\bthere\s(?:should|must)\s(?:also\s)?be\b"),
    Cue(
        "should be able to",
        1,
        "should",
        r"\bshould\s(?:\w+\s)?(?:be\ (?:able\ to|possible|allowed|an?\b|the)|have\ (?:an?|the)"
        r"|allow|support|provide|offer|include|show|add)\b",
    ),
    Cue("ought to", 2, "ought", r"\bought\sto\b"),
    Cue(
        "please make",
        3,
        "please pls plz",
        r"\b(?:please|pls|plz)[,\s]+(?:\w+\s)?"
        rf"(?:{'|'.join((_MAKE + ' ' + _WEAK_MAKE).split())})\b",
    ),
    Cue("please", 1, "please pls plz", r"\b(?:please|pls|plz)\b"),
    Cue(
        "please do",
        1,
        "please pls plz",
        r"\b(?:please|pls|plz)[,\s]+(?!do\b|don't|make\ sure|be\b)\w+\s(?:the|an?|us|users|"
        r"more|new|all|this|these|your|our|in|support|me\ (?:to|use))\b",
    ),
    Cue(
        "you could",
        1,
        "could",
        r"(?:^|[.!]\s|maybe\s|perhaps\s)(?:so\s|and\s)?(?:you|we|they)\s(?:guys\s)?"
        r"could\b",
    ),
    Cue(
        "another way",
        1,
        "another other alternative",
        r"\b(?:another|other|alternative)\s(?:option|solution|possibility|possiblity|way|idea|"
        r"suggestion|approach)\b",
    ),
    Cue("need", 1, "need needs needed", r"\bneeds?\b|\bneeded\b"),
    Cue(
        "order",
        3,
        _MAKE,
        _OPENING + rf"(?:{'|'.join(_MAKE.split())})\s(?!up\b|to\ cart)[\w\"'(.#/&]",
    ),
    Cue(
        "weak order",
        2,
        _WEAK_MAKE,
        _HEAD
        + rf"(?:{'|'.join(_WEAK_MAKE.split())})\s(?!me\b|sure\b|it\ (?:go|rain)|love|up\b|in\b|"
        r"by\b|of\b|case\b|this\ (?:video|page)|"
        r"your\ (?:day|life)|alert|off\b|date\b)[\w\"'(.]",
    ),
    Cue("bring back", 3, "bring rid", r"\bbring\sback\b|" + _OPENING + r"get\srid\sof\b"),
    Cue(
        "would like",
        3,
        "would i'd we'd d",
        r"(?<!that\s)(?<!\w\w\w[sye]\s)\b(?:i|we|users|people|everyone|developers|many\ \w+)"
        r"(?:'d|\swould)\s(?:\w+\s)?(?:(?:like|love|appreciate|prefer|want)\s(?:it\b|to\s"
        r"(?:see|have|be\ able|add|use|propose|suggest|request|be\ possible|control|set)\b|"
        r"an?\b|the\b|more\b|some\b|if\b|this\b|any|you\sto|\w+ing\b|for\b|also\b)|"
        r"(?:suggest|recommend|propose)\b)",
    ),
    Cue(
        "need a way",
        1,
        "need needs",
        r"\b(?:we|users|developers|you|they|it|this|there)\s(?:really\s|also\s|just\s|"
        r"still\s|do\s|desperately\s)?needs?\s(?:an?\b|some|more|better|the\b|this|to\ (?:be|"
        r"have|add)|another|support|api|proper|at\ least)",
    ),
    Cue(
        "can you add",
        3,
        "can could would",
        r"(?<!how\s)(?<!why\s)\b(?:can|could|would|will)\s(?:you|we|they|someone|"
        r"anyone|somebody)\s(?:please\s|just\s|at\ least\s|also\s|guys\s|maybe\s)?"
        rf"(?:{'|'.join(_MAKE.split())}|make|get\ rid|give\ us|let\ us)\b",
    ),
    Cue(
        "why not",
        2,
        "why",
        r"\bwhy\s(?:not\s\w+|don'?t\s(?:you|they|we)|can'?t\s(?:you|they|we)|doesn'?t\s\w+)\b",
    ),
    Cue(
        "how about",
        3,
        "how what",
        r"\b(?:how|what)\sabout\s(?:an?|the|some|making|adding|letting|giving|having|\w+ing)\b",
    ),
    Cue(
        "suggest",
        3,
        "suggest suggestion suggestions propose proposal recommend recommendation idea "
        "wishlist request solution fix opinion",
        r"\b(?:i|we|my|would|'d)\s(?:\w+\s)?(?:suggest|propose|recommend|suggestion|idea(?!\s"
        r"of)|proposal|recommendation|proposed|wish\ ?list)\b|\b(?:suggestion|suggestions|"
        r"proposal|recommendation|solution|idea|wish\ ?list|feature\ request|"
        r"proposed\ solution)\s?:|\bfeature\srequest\b",
    ),
    Cue(
        "wish",
        2,
        "wish",
        r"\b(?:i|we)\s(?:really\s|just\s|do\s)?wish\b(?!\syou\s(?:a|all|the|happy|merry)\b)",
    ),
    Cue(
        "hope you add",
        1,
        "hope hoping hopefully",
        r"\bhop(?:e|ing)\s(?:that\s|to\ see\s)?(?:you|they|we|this|it)\s(?:\w+\s)?"
        r"(?:will|can|could|would|add|make|consider|get)\b",
    ),
    Cue(
        "an option",
        1,
        "ability option options possibility",
        r"\b(?:ability|option|possibility)\s(?:to|of|for|that|where|in)\b|\ban\soption\b",
    ),
    Cue(
        "the option to",
        1,
        "ability option options possibility support better more new",
        _HEAD + r"(?:an?\s|the\s|more\s|some\s|better\s|new\s)?(?:ability|options?|possibility|"
        r"support)\s(?:to|of|for|in)\b|" + _HEAD + r"(?:better|more|new)\s\w+\b[^.]*\bfor\b",
    ),
    Cue(
        "is it possible",
        2,
        "possible possibility any",
        r"\b(?:is|would|will)\s(?:it|this|that)\s(?:also\s)?be\spossible\b|\bis\s(?:it|there)"
        r"\s(?:any\s)?possib\w+\s(?:to|of)\s(?:add|have|make|include|get)",
    ),
    Cue(
        "could be made",
        1,
        "could can",
        r"\b(?:could|can|might)\s(?:also\s|just\s|easily\s|then\s|simply\s|at\ least\s){0,2}"
        r"(?:be\s(?:\w+\s)?(?:improved|added|made|extended|changed|enhanced|better|replaced|"
        r"provided|implemented|included|reduced|solved)|offer|provide|allow|add|make|have|"
        r"introduce|include|expose|implement)\b",
    ),
    Cue(
        "would help",
        1,
        "would it'd this'd",
        r"\b(?:would|'d)\s(?:also\s|really\s|greatly\s|definitely\s|certainly\s|then\s)?"
        r"(?:help|allow|make|enable|save|solve|improve|let|give|increase|encourage|benefit|"
        r"simplify|provide|open)\b",
    ),
    Cue(
        "if you could",
        2,
        "if",
        r"\bif\s(?:only\s)?(?:you|they|we|there|users?|it|developers|one)\s(?:guys\s"
        r"|only\s)?(?:could|would|was|were|had)\b",
    ),
    Cue(
        "ideally",
        2,
        "ideally preferably preferred optionally alternatively",
        r"\b(?:ideally|preferably|optionally)\b",
    ),
    Cue("instead of", 1, "instead rather", r"\binstead\b|\brather\sthan\b"),
    Cue(
        "so that we can",
        1,
        "so allowing",
        r"\bso\s(?:that\s)?(?:we|users?|i|people|it|developers|they|you|the)\s(?:\w+\s)?"
        r"(?:can|could|don'?t|do\ not|will|would)\b|\ballowing\b",
    ),
    Cue(
        "maybe",
        1,
        "maybe perhaps least similar like",
        r"\b(?:maybe|perhaps|at\ least)\b|\bjust\slike\b|\bsimilar\sto\b",
    ),
    Cue(
        "want",
        1,
        "want",
        r"\b(?:we|users|i)\s(?:really\s|also\s|just\s)?want\s(?:an?|the|to\ (?:be\ able|have|"
        r"see)|more|support)\b",
    ),
    Cue("must", 1, "must", r"\bmust\sbe\b"),
    Cue(
        "my own matter",
        -2,
        "my dm follow call refund tweet",
        r"\bmy\s(?:\w+\s)?(?:flights?|tickets?|bags?|luggage|baggage|reservation|booking|"
        r"order|money|refund|seat|bill|package|parcel|delivery|refund|husband|wife|room|car|"
        r"confirmation)\b|\b(?:dm|follow|call|tweet|email)\s(?:me|us|her|him|back|so)\b|"
        r"\bfollow\sfor\b|\ba\s(?:dm|refund)\b",
    ),
    Cue("time to", 1, "time", r"\b(?:it's|its|is)\s(?:about\s|high\s)?time\s(?:to|for|that)\b"),
    # Openings in other languages.
    Cue(
        "sería bueno",
        3,
        "sería seria estaría deberían deberíais podrían podríais añadid agreguen añadan pongan "
        "sugiero propongo ojalá",
        r"\b(?:ser[ií]a|estar[ií]a)\s(?:muy\s|más\s|mais\s|muito\s)?(?:bueno|bien|genial|útil|"
        r"ideal|estupendo|mejor|bom|ótimo|legal|bacana|útil|melhor|incrível|interesante|"
        r"interessante)\b|\b(?:deberían|deberíais|podrían|podríais)\s\w+|\b(?:añadid|agreguen|"
        r"añadan|pongan)\s|\b(?:sugiero|propongo)\b|\bojalá\s(?:añad|pusi|hici|hubi)",
    ),
    Cue(
        "ce serait bien",
        3,
        "serait devriez pourriez ajoutez rajoutez permettez mettez suggère propose aimerais "
        "faudrait pourquoi",
        r"\bserait\s(?:\w+\s){0,2}(?:bien|cool|super|génial|utile|pratique|sympa|mieux|top|"
        r"parfait)\b|\b(?:vous\s)?(?:devriez|pourriez)\s\w+|(?:^|[.!?]\s*)(?:ajoutez|rajoutez|"
        r"permettez|mettez)\s|\bje\s(?:vous\s)?(?:suggère|propose)\b|\bil\sfaudrait\s|"
        r"\bpourquoi\sne\spas\b",
    ),
    Cue(
        "wäre schön",
        3,
        "wäre solltet sollten könntet könnten bitte vorschlag schlage wünsche wünschte fügt "
        "baut macht",
        r"\bwäre\s(?:\w+\s){0,3}(?:schön|toll|gut|super|cool|hilfreich|praktisch|klasse|"
        r"besser|nett|sinnvoll)\b|\b(?:ihr|sie)\s(?:solltet|sollten)\b|\b(?:solltet|sollten)\s"
        r"(?:ihr|sie)\b|\b(?:könntet\sihr|könnten\ssie|könnt\sihr)\s(?:\w+\s){1,6}(?:einbauen|"
        r"hinzufügen|einführen|ergänzen|anbieten)\b|\b(?:mein\svorschlag|ich\s(?:schlage|"
        r"würde\smir|wünsche))\b|\bvorschlag\s?:|\bbitte\s(?:\w+\s){0,6}(?:einbauen|"
        r"hinzufügen|einführen|ergänzen)\b",
    ),
    Cue(
        "sarebbe bello",
        3,
        "sarebbe dovreste potreste aggiungete suggerisco propongo mettete",
        r"\bsarebbe\s(?:\w+\s){0,2}(?:bello|utile|meglio|fantastico|ottimo|comodo|carino|"
        r"ideale|perfetto|bellissimo)\b|\b(?:dovreste|potreste)\s\w+|(?:^|[.!?]\s*)"
        r"(?:aggiungete|mettete)\s|\b(?:suggerisco|propongo)\b",
    ),
    Cue(
        "vocês deviam",
        3,
        "deviam deveriam poderiam podiam adicionem coloquem sugiro proponho tomara",
        r"\b(?:deviam|deveriam|poderiam|podiam)\s\w+|(?:^|[.!?]\s*)(?:adicionem|coloquem)\s|"
        r"\b(?:sugiro|proponho)\b",
    ),
    # What speaks against.
    Cue(
        "should have been",
        -3,
        "should should've shouldn't",
        r"\bshould(?:'ve|\shave|n't\shave)\s(?:been|\w+ed|known|gone|told|left)\b|\bshould\s"
        r"be\s(?:ashamed|fine|ok|okay|fired|sorry|embarrassed)\b",
    ),
    Cue(
        "no maker's matter",
        -2,
        "please pls plz",
        r"\b(?:please|pls|plz)\s(?:note|see|contact|check|help|fix|tell|advise|explain|"
        r"let\ me\ know|vote|find|correct\ me|refer|read|send|dm|call|look|can\ (?:you|some)|"
        r"do\ not|don't|try|confirm|be)\b|\b(?:help|advise|assist)\s(?:me\s)?(?:please|pls)\b",
    ),
    Cue(
        "it fails",
        -1,
        "currently doesn't error crash crashes crashed problem bug issue tried fails failed "
        "happens seems appears cannot can't impossible isn't noticed",
        r"\b(?:currently|doesn't|does\ not|error|crash\w*|problem|bug|issue|tried|fail\w*|"
        r"happens|seems|appears|cannot|can't|impossible|not\ possible|isn't|noticed)\b",
    ),
    Cue(
        "it is so",
        -1,
        "this i've i'm was there here",
        r"^(?:this\ (?:is|was|will|would|can|has)|i've|i'm|i\ have|i\ am|i\ was|there\ (?:is|"
        r"are)|here\ (?:is|are)|it's|it\ is|it\ was)\b",
    ),
    Cue(
        "it asks",
        -1,
        "how what when where who are does do",
        r"^(?:how|what|when|where|who|are|does|do)\b[^.!]*\?",
    ),
    Cue(
        "says nothing",
        -2,
        "would it'd this",
        rf"(?:^|[.!]\s)(?:it|this|that)(?:\swould|'d)\s(?:\w+\s)?be\s{_VERY}{_GLAD}\W*(?:$|[.!])",
    ),
    Cue("thanks", -1, "thanks thank", r"^\W*(?:thanks|thank\ you)\b"),
)
