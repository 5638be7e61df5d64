"""What advice from one customer to the next looks like: a tip, not an idea for the maker."""

from typing import Final

from answerback.domain.understanding.cues import Cue

_HEAD = (
    r"(?:^|[.!?:;\n>*-]\s*|\bbut\s|\band\s|,\s(?:so\s|but\s|just\s|then\s)?|\bor\s)"
    r"(?:(?:so|also|just|but|then|definitely|definately|please|always|otherwise|instead|however|do|"
    r"only|maybe|perhaps|ps|p\.s\.?)[,\s]+){0,2}"
)
_TELL: Final = (
    "ask try book take skip avoid go walk stay remember check use get eat visit turn spend request "
    "bring beware look stop expect save head consider choose plan wear buy opt pay wander grab "
    "enjoy hop treat store insist pick keep leave find follow search print pack reserve arrive "
    "order download read watch"
)

TIP_CUES: Final[tuple[Cue, ...]] = (
    Cue("tell", 2, _TELL, _HEAD + rf"(?:{'|'.join(_TELL.split())})\s(?!was\b|were\b|is\b|are\b)\w"),
    Cue(
        "don't",
        2,
        "don't dont don do never",
        r"(?<!i\s)(?<!we\s)(?<!they\s)(?<!you\s)(?<!s\s)(?<!who\s)\b(?:don't|dont|don`t|do\s"
        r"not)\s(?!have|seem|get|offer|know|think|speak|want|like|care|appear)\w+|"
        + _HEAD
        + r"never\s\w+",
    ),
    Cue(
        "make sure",
        3,
        "make be keep bear note",
        _HEAD
        + r"(?:make\ssure|be\s(?:sure|prepared|careful|aware|warned|ready|wary)|keep\s\w+\smind|"
        r"bear\sin\smind|note\s)|\bbe\s(?:prepared|warned|careful|aware)\b",
    ),
    Cue(
        "recommend",
        3,
        "recommend reccomend recommended recommending suggest suggested advise advised "
        "recommendation suggestion advice",
        r"\b(?:recommend\w*|reccomend\w*|suggest|suggested|advise|advised|suggestion|"
        r"recommendation|advice)\b",
    ),
    Cue("if you", 2, "if", r"\bif\s(?:you|your|you're|youre|u|one)\b"),
    Cue(
        "tip",
        3,
        "tip tips whatever favor favour beware",
        r"\btips?\s?[-:]|\b(?:one|a|another|my|top)\stip\b|\bwhatever\syou\sdo\b|\bdo\s"
        r"yourself\sa\sfavou?r\b|\bbeware\b",
    ),
    Cue(
        "for you",
        2,
        "place for",
        r"\b(?:this|it)\s(?:is|may\sbe|might\sbe)\s(?:definitely\s|not\s)?the\s(?:place|hotel|"
        r"one)\b|\bfor\syou\b",
    ),
    Cue(
        "worth",
        2,
        "worth must",
        r"\b(?:worth\s(?:an?\s(?:visit|look|try|trip)|the\s(?:trip|visit|walk)|\w+ing\b|it\b)|"
        r"a\smust\b|is\sa\smust)",
    ),
    Cue(
        "you should",
        2,
        "you",
        r"\byou\s(?:should|must|need\sto|have\sto|ought|really\sshould|simply\smust|may\swant|"
        r"might\swant|'?d\sbetter|definitely\sshould)\b",
    ),
    Cue(
        "you can",
        1,
        "you you'll your",
        r"\byou\s(?:can|could|might|will|may|get|want|are|go|have|know)\b|\byou'll\b",
    ),
    Cue(
        "for those",
        1,
        "anyone those tourists travellers travelers families couples guests",
        r"\b(?:to|for)\s(?:anyone|those|tourists|travell?ers|families|couples|guests|others)"
        r"\b|\bguests\sshould\b",
    ),
    Cue(
        "nearby",
        1,
        "nearby corner door around block across opposite minute minutes shop shops restaurants "
        "cafes",
        r"\b(?:there\s(?:is|are)|there's)\b.*\b(?:nearby|corner|door|around|block|across|"
        r"opposite|shops?|restaurants?|cafes?|places)\b",
    ),
    Cue(
        "better elsewhere",
        2,
        "elsewhere better better cheaper",
        r"\b(?:elsewhere|better\s(?:\w+\s)?(?:options?|hotels?|places?|off)|plenty\sof\s\w+)\b",
    ),
    Cue(
        "good for",
        1,
        "perfect great ideal good best",
        r"\b(?:perfect|great|ideal|good|best)\s(?:\w+\s)?(?:place|hotel|location|for|bet|"
        r"choice|option)\b.*\b(?:to|for|if)\b",
    ),
    Cue(
        "would be",
        1,
        "would should could",
        r"\b(?:should|could)\s(?!not\b|n't|see\b|hear\b)\w+|\bwould\sbe\s(?:good|nice|great|"
        r"better)\b",
    ),
    Cue(
        "we did",
        -1,
        "we i our was were had my he she they told",
        r"\b(?:we|i|he|she|they|staff)\s(?:was|were|had|got|did|stayed|went|paid|asked|"
        r"arrived|booked|found|felt|said|told)\b|\bwas\b|\bwere\b",
    ),
)
