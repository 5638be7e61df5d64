"""
How soon a post wants a person, from words alone, each with its reason in a sentence.

Transparent on purpose: no public set is labelled with urgency, so nothing is learned
here.  What the words weigh is a design choice; docs/reference/heads.md says how it was
measured.  Waiting time and unanswered messages are triage's to add.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from answerback.domain.understanding.features import featurise
from answerback.domain.understanding.lexicon import Lexicon, lexicon, spot

#: How much of the way to "drop everything" one kind of sign goes, and how it is told.
SIGNS: Mapping[str, tuple[float, str]] = {
    "danger": (0.8, "somebody may be in danger"),
    "health": (0.5, "it is about health or care"),
    "stuck": (0.6, "somebody is stuck"),
    "theft": (0.6, "money or an account may be stolen"),
    "now": (0.4, "it has to be now"),
    "deadline": (0.3, "a time is near"),
    "repeated": (0.3, "they have asked before"),
    "leaving": (0.25, "they may leave or go to law"),
    "down": (0.25, "something does not work"),
    "cancelled": (0.45, "what they counted on was called off"),
    "late": (0.4, "something is late or does not come"),
    "missing": (0.35, "something of theirs is missing"),
}

#: What is left of the signs when a post says that it can wait, or laughs.
QUIET: Mapping[str, tuple[float, str]] = {
    "calm": (0.3, "it can wait"),
    "joking": (0.5, "it may be a joke"),
}

PHRASES: Mapping[str, tuple[str, ...]] = {
    "danger": (
        *(
            "emergency",
            "smoke",
            "on fire",
            "caught fire",
            "in flames",
            "burning smell",
            "smell of burning",
            "smells of burning",
            "is smoking",
            "sparks",
        ),
        *("explosion", "exploded", "gas leak", "bleeding", "injured", "got hurt", "unsafe"),
        *("dangerous", "ambulance", "suicidal", "kill myself", "assaulted", "threatened"),
        *("electric shock", "overheating", "choking", "allergic reaction", "food poisoning"),
        *("emergencia", "humo", "incendio", "peligroso", "herido", "urgence vitale", "fumée"),
        *(
            "incendie",
            "dangereux",
            "blessé",
            "notfall",
            "rauch",
            "brennt",
            "gefährlich",
            "verletzt",
        ),
        *(
            "emergenza",
            "fumo",
            "pericoloso",
            "ferito",
            "emergência",
            "fumaça",
            "incêndio",
            "perigoso",
        ),
    ),
    "health": (
        *("medication", "my meds", "insulin", "wheelchair", "disabled", "pregnant", "newborn"),
        *("baby formula", "oxygen", "hospital", "surgery", "funeral", "asthma", "inhaler"),
        *("medicamento", "silla de ruedas", "embarazada", "médicament", "fauteuil roulant"),
        *("enceinte", "medikament", "rollstuhl", "schwanger", "farmaco", "sedia a rotelle"),
        *("incinta", "remédio", "cadeira de rodas", "grávida"),
    ),
    "stuck": (
        *(
            "stranded",
            "stuck",
            "trapped",
            "locked out",
            "locked in",
            "no way home",
            "nowhere to go",
        ),
        *("sleeping at the airport", "sleep at the airport", "stuck on the", "stuck at the"),
        *("missed my flight", "missed my connection", "miss my flight", "miss my connection"),
        *("missed connection", "missing my connection", "no electricity", "no power", "no water"),
        *("no heat", "no heating", "can't get home", "cannot get home", "varado", "varada"),
        *("atrapado", "bloqué", "bloquée", "coincé", "coincée", "gestrandet", "sitze fest"),
        *("eingesperrt", "bloccato", "bloccata", "preso aqui", "presa aqui", "sem luz", "sem água"),
    ),
    "theft": (
        *("fraud", "fraudulent", "hacked", "stolen", "stole my", "identity theft", "unauthorized"),
        *("unauthorised", "charged twice", "double charged", "charged me twice", "phishing"),
        *("scammed", "emptied my account", "fraude", "hackeado", "robado", "cobrado dos veces"),
        *(
            "piraté",
            "volé",
            "débité deux fois",
            "betrug",
            "gehackt",
            "gestohlen",
            "doppelt abgebucht",
        ),
        *("frode", "hackerato", "rubato", "addebitato due volte", "hackeada", "roubado"),
        *("cobrado duas vezes", "cobraram duas vezes"),
    ),
    "now": (
        *("urgent", "urgently", "asap", "immediately", "right now", "as soon as possible"),
        *("time sensitive", "need help now", "help now", "urgente", "cuanto antes", "ahora mismo"),
        *("inmediatamente", "au plus vite", "tout de suite", "immédiatement", "dringend", "sofort"),
        *("so schnell wie möglich", "subito", "immediatamente", "il prima possibile"),
        *("imediatamente", "o mais rápido possível", "agora mesmo"),
    ),
    "deadline": (
        *("today", "tonight", "this morning", "this afternoon", "this evening", "tomorrow"),
        *("in an hour", "in one hour", "in two hours", "in 0 hours", "in 0 hrs", "in 00 minutes"),
        *("in 00 mins", "in 0 minutes", "boarding", "about to board", "deadline", "due today"),
        *("closes soon", "running out of time", "last chance", "hoy", "esta noche", "mañana"),
        *("aujourd'hui", "ce soir", "demain", "heute", "heute abend", "morgen", "oggi", "stasera"),
        *("domani", "hoje", "hoje à noite", "amanhã"),
    ),
    "repeated": (
        *("still no", "still waiting", "still haven't", "still hasn't", "again and again"),
        *("third time", "second time", "0rd time", "0nd time", "no response", "no reply"),
        *("no answer", "nobody answers", "no one answers", "ignoring me", "been ignored"),
        *("on hold for", "for hours", "for days", "for weeks", "how many times", "keep calling"),
        *("tried calling", "sigo esperando", "nadie responde", "nadie contesta"),
        *("toujours pas", "toujours rien", "personne ne répond", "immer noch", "keine antwort"),
        *(
            "niemand antwortet",
            "ancora niente",
            "nessuno risponde",
            "ainda não",
            "ninguém responde",
        ),
    ),
    "leaving": (
        *("lawyer", "lawsuit", "sue you", "suing", "legal action", "attorney", "small claims"),
        *("cancel my account", "cancelling my", "canceling my", "closing my account", "police"),
        *(
            "trading standards",
            "regulator",
            "ombudsman",
            "never again",
            "last time i",
            "switching to",
        ),
        *(
            "never flying",
            "never fly",
            "never buy",
            "never shop",
            "abogado",
            "denuncia",
            "nunca más",
        ),
        *("avocat", "porter plainte", "plus jamais", "anwalt", "anzeige", "nie wieder", "avvocato"),
        *("denuncio", "mai più", "advogado", "procon", "nunca mais"),
    ),
    "down": (
        *(
            "outage",
            "is down",
            "are down",
            "system down",
            "site down",
            "not working",
            "isn't working",
        ),
        *("doesn't work", "stopped working", "can't log in", "cannot log in", "can't login"),
        *("can't access", "no funciona", "ne marche pas", "en panne", "funktioniert nicht"),
        *("geht nicht", "non funziona", "guasto", "não funciona", "fora do ar"),
    ),
    "cancelled": (
        *("cancelled", "canceled", "cancellation", "called off", "rebooked", "rescheduled"),
        *("cancelado", "cancelada", "annulé", "annulée", "storniert", "abgesagt", "ausgefallen"),
        *("cancellato", "cancellata", "annullato"),
    ),
    "late": (
        *("delayed", "delay", "delays", "hours late", "hour late", "minutes late", "overdue"),
        *("running late", "hour delay", "hours ago", "on the tarmac", "the tarmac", "sitting on"),
        *("been sitting", "was supposed to", "were supposed to", "hasn't arrived", "on time"),
        *("never arrived", "never showed up", "hasn't come", "not arrived", "stuck waiting"),
        *("get home", "miss my", "going to miss", "gonna miss", "connecting", "my connection"),
        *("retrasado", "retraso", "con retraso", "en retard", "retard", "verspätet", "verspätung"),
        *("in ritardo", "ritardo", "atrasado", "atraso", "no ha llegado", "pas arrivé"),
        *("nicht angekommen", "non è arrivato", "não chegou"),
    ),
    "missing": (
        *("lost my", "lost our", "lost luggage", "lost bag", "lost baggage", "missing bag"),
        *(
            "my luggage",
            "my bag",
            "my bags",
            "our bags",
            "our luggage",
            "is missing",
            "went missing",
        ),
        *("where is my", "where's my", "my suitcase", "my parcel", "my package", "mi maleta"),
        *("mon colis", "ma valise", "mein paket", "mein koffer", "mein gepäck", "il mio pacco"),
        *("la mia valigia", "minha mala", "minha encomenda"),
    ),
    "calm": (
        *(
            "not urgent",
            "no rush",
            "no hurry",
            "whenever you can",
            "take your time",
            "not an emergency",
        ),
        *("when you have time", "when you get a", "not in a hurry", "no es urgente", "sin prisa"),
        *("pas urgent", "pas pressé", "nicht dringend", "keine eile", "non è urgente"),
        *("senza fretta", "não é urgente", "sem pressa"),
    ),
    "joking": (
        *("lol", "lmao", "haha", "hahaha", "rofl", "jk", "just kidding", "i'm dying", "im dying"),
        *(
            "i'm dead",
            "jajaja",
            "mdr",
            "ptdr",
            "kkkk",
            "😂",
            "🤣",
            "😹",
            "this song",
            "on fire tonight",
        ),
    ),
}

UNADDRESSED = 0.25  #: what is left of the signs when nobody seems to need anything
RESTLESS = 0.2  #: what a post that surely needs a response and is surely angry gets without signs


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency:
    """How soon, from 0 to 1, and the reasons as sentences, most telling first."""

    value: float
    reasons: tuple[str, ...]


@cache
def urgency_lexicon() -> Lexicon:
    """Hash the phrases once."""
    return lexicon(PHRASES)


def urgency(*, found: Mapping[str, str], needs_response: float, negative: float) -> Urgency:
    """
    Combine the signs found in a post into one number with its reasons.

    Each kind of sign counts once, as independent chances do: 1 - (1 - a)(1 - b)...
    A post that says it can wait ("no rush") or laughs keeps a part of them.
    The same words in a post that needs nothing ("this song is on fire") count a quarter.

    Units: `needs_response` and `negative` in [0, 1]; the value in [0, 1].
    Error: weights are design choices, not learned.
    """
    told = sorted((sign for sign in found if sign in SIGNS), key=_weight, reverse=True)
    calm = 1.0
    for sign in told:
        calm *= 1.0 - SIGNS[sign][0]
    troubled = max(needs_response, negative)
    signs = (1.0 - calm) * (UNADDRESSED + (1.0 - UNADDRESSED) * troubled)
    quiet = [sign for sign in QUIET if sign in found]
    for sign in quiet:
        signs *= QUIET[sign][0]
    value = 1.0 - (1.0 - signs) * (1.0 - RESTLESS * needs_response * negative)
    reasons = (
        *(f"It says '{found[sign]}': {SIGNS[sign][1]}." for sign in told),
        *(f"It says '{found[sign]}': {QUIET[sign][1]}." for sign in quiet if told),
    )
    return Urgency(value=round(value, 4), reasons=reasons)


def _weight(sign: str) -> float:
    return SIGNS[sign][0]


#: A sign of this weight puts a post before the others when many wait.
_IN_A_HURRY = 0.4


def in_a_hurry(texts: Sequence[str]) -> list[bool]:
    """
    Tell at a glance which posts should be read first when more wait than can be read soon.

    By the same signs as `urgency`, but before any reading: what a post needs is not known yet, so
    a false alarm only costs its place in the row.

    Shapes: n texts in, n out.
    """
    if not texts:
        return []
    words = urgency_lexicon()
    heavy = [SIGNS.get(label, (0.0, ""))[0] >= _IN_A_HURRY for label in words.labels]
    found = spot(lexicon=words, tokens=featurise(texts=texts).tokens)
    told = {text for text, label, _, _ in found if heavy[label]}
    return [place in told for place in range(len(texts))]
