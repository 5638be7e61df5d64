"""What a question and a request look like, and what only has their form."""

from typing import Final

from answerback.domain.understanding.cues import Cue

#: Retweets and handles may stand before the first word of a question.
_HEAD = r"(?:^|[.!?:;,\n]\s*|\b(?:and|so|but|hi|hello|hey|also|ok|yo)\s)(?:(?:rt\s)?\.?@\w+:?\s*)*"
_WH = r"(?:how|what|what's|when|where|which|who|whose|why|how's|where's|who's)"
_AUX = (
    r"(?:is|are|am|was|were|do|does|did|has|have|had|can|could|will|would|should|may|"
    r"isn't|aren't|don't|doesn't|didn't|won't|can't|any)"
)

QUESTION_CUES: Final[tuple[Cue, ...]] = (
    Cue(
        "wh word and mark",
        3,
        "how what what's when where which who whose why how's where's who's",
        _HEAD + rf"{_WH}\b[^.!?]*\?",
    ),
    Cue(
        "turned round",
        3,
        "is are am was were do does did has have had can could will would should may any isn't "
        "aren't don't doesn't didn't won't can't",
        _HEAD + rf"{_AUX}\s(?:you|i|we|they|he|she|it|there|this|that|the|my|your|any\w*|some\w*|"
        r"\w+)\b[^.!?]*\?",
    ),
    Cue(
        "without a mark",
        2,
        "how what when where why which does do is are can any anyone",
        r"(?:^|[.!]\s)(?:@\w+\s*|hi\s|hello\s|hey\s|so\s)*(?:how\s(?:do|does|can|long|much|many|"
        r"come)|what\s(?:is|are|time|does|do|did)|when\s(?:is|are|do|does|will)|where\s(?:is|are|"
        r"can|do)|why\s(?:is|are|do|does|did|can't|won't|has|have)|does\sanyone|do\syou|is\sthere|"
        r"are\sthere|can\si|any(?:one)?\s(?:idea|word|news|chance|update|know))\b",
    ),
    Cue(
        "asked round about",
        2,
        "wondering wonder know tell curious clue idea question sure",
        r"\b(?:(?:i\s(?:was|am)\s|i'm\s|just\s|always\s)(?:\w+\s)?wonder(?:ing|ed)|"
        r"i\s(?:just\s|always\s|often\s)?wonder|(?:want|like|love|need|dying)\sto\sknow|"
        r"(?:tell|explain|clarify|describe)\s(?:me|us)\s(?:what|when|where|why|how|who|which|if)|"
        r"just\scurious|(?:do\syou|does\sanyone|anyone|anybody|someone)\sknow|(?:no|any)\s(?:clue|"
        r"idea)\s(?:what|when|where|why|how|if)|(?:i\shave\sa|quick|one)\squestion|not\ssure\s(?:"
        r"if|how|what|whether))\b",
    ),
    Cue(
        "asked of a person",
        1,
        "you your u anyone anybody someone",
        r"(?:^|\s)(?:@\w+)\b.*\b(?:you|your|u)\b[^.!]*\?|\b(?:anyone|anybody)\b[^.!]*\?",
    ),
    # Openings in other languages.
    Cue(
        "other languages",
        3,
        "cómo qué cuándo dónde cuánto alguien hay puedo comment pourquoi quand combien où quel "
        "est wie wann warum wieso wo kann gibt weiß come quando dove perché quanto qualcuno como "
        "onde por alguém tem quanto",
        r"(?:¿\s*\w+|\b(?:cómo|qué|cuándo|dónde|cuánto|comment|pourquoi|quand|combien|où|wie|wann|"
        r"warum|wieso|wo|kann\sich|gibt\ses|weiß\sjemand|come|quando|dove|perché|quanto|qualcuno|"
        r"como|onde|por\sque|alguém|tem\scomo|est-ce\sque|alguien|se\spuede)\b[^.!?]*\?)",
    ),
    # What speaks against.
    Cue(
        "rhetorical",
        -3,
        "who seriously really how what why isn't more wtf right needs cares surprised coincidence",
        r"\b(?:who\s(?:does|even|the\shell|needs|cares|knew|would\s(?:do|even))|how\s(?:dare|hard\s"
        r"(?:can|is)|could\s(?:you|they|anyone)|is\sthis\s(?:ok|okay|legal|allowed|acceptable))|"
        r"what\s(?:more\scan|is\swrong\swith|the\s(?:hell|heck|fuck|actual)|else\s(?:can|could|is\s"
        r"new)|kind\sof\s\w+\s(?:does|is)|a\s\w+)|why\s(?:am\si\snot|would\s(?:anyone|you\sever)|"
        r"bother|not)|isn't\s(?:it|that)\s\w+)\b",
    ),
    Cue(
        "mere surprise",
        -2,
        "seriously really right wtf no huh yes lol what ok eh",
        r"\b(?:for\sreal|seriously|really|wtf|huh|right|ok|eh|what|yes|no|lol)\s*\?+(?:\s|$)",
    ),
    Cue(
        "reported",
        -2,
        "asked asks asking ask wondered says said people say article",
        r"\b(?:asked|asks|wondered)\s(?:me|her|him|them|us|if|whether|why|what|how|by)\b|"
        r"[\"“][^\"”]*\?[\"”]",
    ),
    Cue("answered at once", -2, "because yes no answer", r"\?+\s(?:because|yes\b|no\b|nope|well,)"),
    Cue("a heading", -1, "http https", r"\?\s*:?\s*https?://\S*\s*$"),
)

REQUEST_CUES: Final[tuple[Cue, ...]] = (
    Cue(
        "please",
        2,
        "please pls plz pleaseeee pleeease plsss pleaase",
        r"\bple+a+s+e+\b|\bpl[sz]+\b",
    ),
    Cue(
        "can you",
        2,
        "can could would will",
        r"\b(?:can|could|would|will)\s(?:you|u|someone|somebody|anyone|y'all)\s(?:please\s|pls\s|"
        r"just\s|kindly\s)?(?!(?:ever|believe|imagine|see|say|think|know)\b)\w+",
    ),
    Cue(
        "do for me",
        1,
        "me us my",
        r"\b(?:help|follow|call|email|send|give|get|show|tell|dm|contact|refund|rebook|let|answer|"
        r"reply|text|message|assist)\s(?:me|us|my)\b(?!\s(?:so|a\slot|feel|through))",
    ),
    Cue(
        "need",
        2,
        "need needs like want gotta",
        r"\b(?:i|we)\s(?:really\s|badly\s|urgently\s|just\s|still\s)?(?:need|want|would\slike|"
        r"gotta\sknow)\s(?:a\s(?:refund|replacement|new|copy|receipt|call|reply|\#)|my\s|this\b|"
        r"help|some(?:one|body)\s|assistance|to\s(?:change|cancel|rebook|speak|talk|return|get|book|"
        r"reset|update|reach))|\bneed\s(?:help|assistance)\b",
    ),
    Cue("would mean a lot", 2, "mean if", r"\b(?:it\s)?would\s(?:mean|make\s(?:my|her|his))\b"),
    Cue("fix it", 1, "fix stop sort solve", r"(?:^|[.!]\s|@\w+\s)(?:fix|stop|sort|solve)\s\w+"),
    Cue(
        "other languages",
        3,
        "favor pueden pueden podéis podrían ayuda ayúdenme necesito svp plaît pouvez aidez besoin "
        "bitte können könnt könnten brauche helft favore piacere potete ho aiutatemi podem preciso "
        "ajudem",
        r"\b(?:por\sfavor|(?:me\s)?pueden|podéis|podrían|ayúdenme|necesito|s'il\svous\splaît|svp|"
        r"pouvez[\s-]vous|aidez[\s-]moi|j'ai\sbesoin|bitte|können\ssie|könnt\sihr|könnten\ssie|"
        r"(?:ich\s)?brauche|helft\smir|per\sfavore|per\spiacere|potete|ho\sbisogno|aiutatemi|podem|"
        r"preciso|me\sajudem)\b",
    ),
    Cue(
        "not of us",
        -2,
        "rt retweet sign petition share read watch donate vote join",
        r"^rt\s@|\b(?:rt|retweet)\s(?:this|if)\b|\b(?:sign|share)\s.*\bpetition\b",
    ),
    Cue(
        "irony",
        -2,
        "please",
        r"\b(?:oh\splease|bitch\splease|please[,.]?\s(?:stop\ssaying|spare\sme))\b|\bhard\sto\splease\b|"
        r"\bplease\s(?:everyone|them|him|her)\b|\bpleased\b",
    ),
)
