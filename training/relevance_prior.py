"""
Count how often a post that was heard concerned the brand, for each way of hearing it.

    python -m training.relevance_prior [--out FILE]

Two sets of posts labelled relevant or not to a brand are heard with a query for each brand (what
somebody would write who listens for it), and the labels counted by where the name stood: in a
mention, among the words, or only in a hashtag.  The interval draws whole brands, with a seed:
posts about one brand are alike, so an interval over posts would be too narrow.  Under five
brands there is none, so it is everything from 0 to 1 (in these sets, hashtags are of one brand).
"""

import argparse
import json
import random
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from answerback.domain.listening.match import explainer
from answerback.domain.listening.query import parse
from answerback.domain.listening.relevance import HeardBy, heard_by
from training.card import TRAINED_ON
from training.sources import rows

HOUSE = Path(__file__).resolve().parent.parent
OUT = HOUSE / "src/answerback/weights/files/relevance_prior.json"
FILES = ("relevance_sanders", "relevance_entity")
DRAWS = 2_000
SEED = 20_120_301
FEWEST_BRANDS = 5  #: an interval over fewer says nothing

#: What somebody would listen for; ours, in the listening language.
QUERIES = {
    "apple": "apple OR @apple",
    "twitter": "twitter OR @twitter",
    "Amazon": "amazon* OR @amazon",
    "ApexLegends": '"apex legends" OR apexlegends OR apex OR @playapex',
    "Battlefield": "battlefield* OR @battlefield",
    "Borderlands": "borderlands* OR @borderlands",
    "CS-GO": 'csgo OR "cs go" OR "counter strike" OR counterstrike',
    "CallOfDuty": '"call of duty" OR callofduty OR cod OR @callofduty',
    "CallOfDutyBlackopsColdWar": '"cold war" OR coldwar OR "black ops" OR blackops* OR @callofduty',
    "Cyberpunk2077": "cyberpunk* OR @cyberpunkgame",
    "Dota2": 'dota OR dota2 OR "dota 2" OR @dota2',
    "FIFA": "fifa* OR @easportsfifa",
    "Google": "google* OR @google",
    "GrandTheftAuto(GTA)": '"grand theft auto" OR gta* OR grandtheftauto',
    "Hearthstone": "hearthstone OR @playhearthstone",
    "LeagueOfLegends": '"league of legends" OR leagueoflegends OR @leagueoflegends',
    "MaddenNFL": "madden* OR @eamaddennfl",
    "Microsoft": "microsoft* OR @microsoft",
    "NBA2K": 'nba2k* OR "nba 2k" OR 2k20 OR 2k21 OR @nba2k',
    "PlayStation5(PS5)": 'ps5 OR playstation5 OR "playstation 5" OR playstation OR @playstation',
    "PlayerUnknownsBattlegrounds(PUBG)": "pubg* OR playerunknown* OR @pubg",
    "RedDeadRedemption(RDR)": '"red dead" OR reddead* OR rdr OR rdr2 OR rdo',
    "TomClancysGhostRecon": '"ghost recon" OR ghostrecon* OR @ghostrecon',
    "TomClancysRainbowSix": '"rainbow six" OR rainbow6* OR r6 OR r6s OR @rainbow6game',
    "WorldOfCraft": '"world of warcraft" OR warcraft OR worldofwarcraft OR @warcraft',
    "johnson&johnson": '"johnson & johnson" OR "johnson and johnson" OR @jnjnews',
}

#: How heard → [relevant, labelled].
Counts = dict[HeardBy, list[int]]


def main() -> None:
    """Count, print, write."""
    options = argparse.ArgumentParser(description=__doc__.strip().split("\n", 1)[0])
    options.add_argument("--out", type=Path, default=OUT)
    asked = options.parse_args()
    by_brand, missed = counted()
    told = {
        "what": "share of posts that concerned the brand, by how they were heard",
        "counted_at": TRAINED_ON,
        "by": "training/relevance_prior.py",
        "data": [{"name": file, "licence": "none or unclear (tier B)"} for file in FILES],
        "licence_note": "Counts only; no text of these posts is in the program.",
        "brands": len(by_brand),
        "not_heard": {"posts": sum(missed.values()), "relevant": missed["relevant"]},
        "interval": f"95 %, {DRAWS} draws of whole brands, seed {SEED}",
        "heard_by": {way: _line(by_brand, way) for way in HeardBy},
    }
    asked.out.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    print(json.dumps(told, indent=2))


def counted() -> tuple[dict[str, Counts], Counter[str]]:
    """
    Return the counts of each brand, and the labels of what its query did not hear.

    :raises WrongData: when a file is absent, or is not the one in training/data.sha256.
    """
    by_brand: dict[str, Counts] = defaultdict(lambda: {way: [0, 0] for way in HeardBy})
    explain = {brand: explainer(parse(query)) for brand, query in QUERIES.items()}
    missed: Counter[str] = Counter()
    for file in FILES:
        for row in rows(file):
            spans = explain[row["brand"]](row["text"])
            if not spans:
                missed[row["label"]] += 1
                continue
            count = by_brand[row["brand"]][heard_by(row["text"], spans)]
            count[0] += row["label"] == "relevant"
            count[1] += 1
    return dict(by_brand), missed


def _line(by_brand: dict[str, Counts], way: HeardBy) -> dict[str, Any]:
    counts = [brand[way] for _, brand in sorted(by_brand.items()) if brand[way][1]]
    chance = random.Random(SEED)  # noqa: S311 - an interval, not a secret
    drawn = sorted(_share(chance.choices(counts, k=len(counts))) for _ in range(DRAWS))
    known = len(counts) >= FEWEST_BRANDS
    return {
        "relevant": sum(count[0] for count in counts),
        "labelled": sum(count[1] for count in counts),
        "brands": len(counts),
        "low": round(drawn[round(0.025 * DRAWS)], 4) if known else 0.0,
        "high": round(drawn[round(0.975 * DRAWS) - 1], 4) if known else 1.0,
    }


def _share(counts: list[list[int]]) -> float:
    return sum(count[0] for count in counts) / sum(count[1] for count in counts)


if __name__ == "__main__":
    main()
