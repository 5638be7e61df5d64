"""
Phrases that speak for a kind by themselves, beside the learned heads.

Each label is one rule with its own measured precision (see the card); its weight is
learned with the calibration, and a rule that does not help gets none.
"""

from collections.abc import Mapping
from functools import cache

from answerback.domain.understanding.lexicon import Lexicon, lexicon

#: Rule name "kind:what it looks at" to phrases.
RULES: Mapping[str, tuple[str, ...]] = {
    "question:mark": ("?", "？", "؟", "¿"),  # noqa: RUF001 -- signs of other scripts are meant
    "question:opening": (
        *("how do i", "how can i", "how do you", "how long", "how much", "what is the", "when is"),
        *("when will", "where is", "where can i", "why is", "why are", "why do", "why does"),
        *("is there a", "is there any", "are there any", "does anyone", "do you have", "do i need"),
        *(
            "can i",
            "can anyone",
            "any idea",
            "any update",
            "any idea why",
            "what time",
            "wondering if",
        ),
        *("cómo puedo", "por qué", "cuándo", "dónde está", "hay alguna", "se puede"),
        *("comment faire", "pourquoi", "est-ce que", "quand est-ce", "combien de"),
        *("wie kann ich", "warum", "wieso", "wann kommt", "gibt es", "wo ist"),
        *("come posso", "perché non", "quando arriva", "dove posso", "quanto costa"),
        *("como faço", "por que", "quando vai", "onde está", "tem como", "alguém sabe"),
    ),
    "request:please": (
        *("please", "pls", "plz", "por favor", "porfa", "s'il vous plaît", "svp", "stp"),
        *("bitte", "per favore", "per piacere", "faz favor"),
    ),
    "request:asking": (
        *("can you", "could you", "would you", "will you", "can someone", "can somebody"),
        *("could someone", "i need help", "need help", "help me", "need your help", "dm me"),
        *("call me", "get back to me", "fix this", "fix it", "send me", "let me know", "i need to"),
        *("i want my", "i would like to", "i'd like to", "need assistance", "need some help"),
        *("podéis", "pueden ayudarme", "me pueden", "necesito ayuda", "ayúdenme", "quiero mi"),
        *("pouvez vous", "pouvez-vous", "aidez moi", "aidez-moi", "j'ai besoin", "besoin d'aide"),
        *("können sie", "könnt ihr", "kannst du", "brauche hilfe", "helft mir", "hilfe bitte"),
        *("potete", "aiutatemi", "ho bisogno", "mi aiutate", "podem me ajudar", "preciso de ajuda"),
        *("vocês podem", "me ajudem"),
    ),
    "need:buying": (
        *("looking for a", "looking to buy", "want to buy", "wanna buy", "where can i buy"),
        *("where to buy", "in the market for", "thinking of buying", "thinking about buying"),
        *("going to buy", "gonna buy", "need a new", "want a new", "i want the", "i want this"),
        *(
            "i need this",
            "i want that",
            "i want one",
            "i need one",
            "shopping for",
            "saving up for",
        ),
        *("buying a", "buy one", "buying the", "getting the new", "i'm getting", "pre order"),
        *("want to order", "take my money", "quiero comprar", "busco un", "busco una"),
        *("dónde comprar", "je cherche un", "je cherche une", "je veux acheter", "suche einen"),
        *("suche eine", "möchte kaufen", "will kaufen", "cerco un", "cerco una", "voglio comprare"),
        *("quero comprar", "procuro um", "procuro uma"),
    ),
    "need:recommend": (
        *("can anyone recommend", "anyone recommend", "any recommendations", "recommend a"),
        *("recommendations for", "suggestions for a", "anyone know a", "know a good"),
        *("what's the best", "which one should i", "should i buy", "should i get", "worth buying"),
        *(
            "alguien recomienda",
            "me recomiendan",
            "qui connaît un",
            "kennt jemand",
            "empfehlung für",
        ),
        *("qualcuno conosce", "consigliate", "alguém recomenda", "me indicam"),
    ),
    "praise:thanks": (
        *("thank you", "thanks", "thank u", "thx", "kudos", "shout out to", "shoutout to"),
        *("well done", "good job", "great job", "nice job", "amazing job", "keep it up"),
        *("gracias", "merci", "danke", "dankeschön", "grazie", "obrigado", "obrigada"),
    ),
    "praise:love": (
        *(
            "i love",
            "love this",
            "love the",
            "love my",
            "love you guys",
            "you rock",
            "you guys rock",
        ),
        *("the best", "best ever", "so helpful", "very helpful", "great service"),
        *("great customer service", "excellent service", "amazing service", "awesome", "amazing"),
        *(
            "excellent",
            "fantastic",
            "brilliant",
            "outstanding",
            "superb",
            "me encanta",
            "excelente",
        ),
        *("j'adore", "génial", "großartig", "super service", "fantastisch", "fantastico"),
        *("ottimo", "bravissimi", "adoro", "maravilhoso", "ótimo"),
    ),
    "comparison:than": (
        *("better than", "worse than", "faster than", "slower than", "cheaper than", "more than"),
        *("easier than", "nicer than", "less than", "stronger than", "bigger than", "smaller than"),
        *("superior to", "inferior to", "prefer", "compared to", "compared with", "as good as"),
        *("not as good", "mejor que", "peor que", "mieux que", "pire que", "meilleur que"),
        *("besser als", "schlechter als", "meglio di", "peggio di", "melhor que", "pior que"),
        *("melhor do que", "pior do que", "than"),
    ),
    "comparison:versus": ("vs", "versus", "switch from", "switching from", "instead of", "unlike"),
    "idea:wish": (
        *("i wish you", "i wish you would", "wish you would", "wish you could", "i wish there was"),
        *("wish there was", "i wish the", "would be nice", "would be great", "would be cool"),
        *("would be awesome", "would be good", "would be better", "would love to see"),
        *("would like to see", "it would be", "would be helpful", "would be useful", "be nice if"),
        *("be great if", "be cool if", "hope you add", "hoping for a", "ojalá", "estaría bien"),
        *("sería bueno", "ce serait bien", "wäre schön", "wäre toll", "sarebbe bello"),
        *("seria bom", "seria legal"),
    ),
    "idea:should": (
        *("you should", "you guys should", "they should", "should add", "should allow"),
        *("should be able to", "should have a", "should be a", "should make", "needs to add"),
        *("need to add", "please add", "please make", "please allow", "please consider", "pls add"),
        *(
            "plz add",
            "add support for",
            "add a",
            "add an",
            "why not add",
            "why don't you",
            "how about",
        ),
        *("feature request", "my suggestion", "suggestion :", "suggest", "i suggest", "i propose"),
        *("consider adding", "bring back", "make it possible", "give us the option"),
        *("deberían", "deberíais", "vous devriez", "ihr solltet", "sollten sie", "dovreste"),
        *("deveriam", "vocês deviam"),
    ),
    "spam:offer": (
        *("click here", "subscribe to my", "check out my", "check my channel", "my channel"),
        *("sub me", "follow me", "free gift", "you have won", "you've won", "claim your"),
        *("txt stop", "work from home", "make money", "earn money", "win a free", "free followers"),
        *("visit my", "buy now", "limited time offer", "act now", "guaranteed", "promo code"),
    ),
    "complaint:failure": (
        *("worst", "worst service", "terrible", "horrible", "awful", "unacceptable", "ridiculous"),
        *("never again", "disappointed", "disgusted", "fed up", "rip off", "ripoff", "scam"),
        *("still waiting", "on hold", "no response", "no reply", "no answer", "doesn't work"),
        *("not working", "isn't working", "won't work", "stopped working", "keeps crashing"),
        *("broken", "never arrived", "hasn't arrived", "want my money back", "refund", "useless"),
        *("poor service", "bad service", "customer service is", "frustrating", "pathetic"),
        *("pésimo", "horroroso", "inaceptable", "no funciona", "vergüenza", "inadmissible"),
        *(
            "ne marche pas",
            "ne fonctionne pas",
            "scandaleux",
            "déçu",
            "déçue",
            "schlechter service",
        ),
        *("funktioniert nicht", "geht nicht", "unverschämt", "enttäuscht", "vergogna"),
        *("non funziona", "pessimo", "scandaloso", "delusa", "deluso", "péssimo", "não funciona"),
        *("vergonha", "um absurdo"),
    ),
}


@cache
def rule_lexicon() -> Lexicon:
    """Hash the phrases once."""
    return lexicon(RULES)
