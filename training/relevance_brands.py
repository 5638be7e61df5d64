"""What somebody who listens for these brands would write into their brand files; our own words."""

from collections.abc import Mapping
from dataclasses import dataclass

from answerback.domain.records.brand import Brand


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One file of labelled posts and the brands in it."""

    file: str
    brands: Mapping[str, Brand]  #: by the name that the file has for it


def _brand(name: str, handles: str, query: str, about: str) -> Brand:
    return Brand(name=name, handles=tuple(handles.split()), query=query, about=about)


_GAME = "Players talk about playing it, its updates, servers, bugs, streams, bans and teams."

COMPANIES: Mapping[str, Brand] = {
    "apple": _brand(
        "Apple",
        "apple",
        'apple OR iphone OR ipad OR mac OR ios OR "steve jobs"',
        "Apple makes the iPhone, iPad, Mac computers, iOS, Siri, iTunes and the Apple Store. "
        "Customers talk about their devices, updates, service and the company.",
    ),
    "twitter": _brand(
        "Twitter",
        "twitter support",
        "twitter OR tweet OR tweets",
        "Twitter is a social network where people tweet, follow and message each other. "
        "Users talk about the site, its app, their accounts, followers and problems with it.",
    ),
    "Amazon": _brand(
        "Amazon",
        "amazon amazonhelp",
        "amazon OR kindle OR alexa OR prime",
        "Amazon is an online shop that delivers parcels, with Prime, Kindle, Alexa and AWS. "
        "Customers talk about orders, deliveries, refunds, prices and the company.",
    ),
    "Google": _brand(
        "Google",
        "google googlesupport",
        "google OR gmail OR android OR youtube OR pixel",
        "Google is a technology company with web search, Android, Gmail, Maps, Pixel and YouTube. "
        "Users talk about its products, search results, accounts and the company.",
    ),
    "Microsoft": _brand(
        "Microsoft",
        "microsoft microsofthelps",
        "microsoft OR windows OR xbox OR azure",
        "Microsoft makes Windows, Office, Teams, Xbox, Surface and Azure. Users talk about its "
        "software, devices, games, updates, service and the company.",
    ),
    "johnson&johnson": _brand(
        "Johnson & Johnson",
        "jnjnews jnjcares",
        '"johnson & johnson" OR "johnson and johnson" OR jnj',
        "Johnson & Johnson makes medicines, vaccines, baby powder and care products. People talk "
        "about its products, lawsuits, vaccine trials, talc and the company.",
    ),
    "PlayStation5(PS5)": _brand(
        "PlayStation 5",
        "playstation askplaystation",
        'ps5 OR playstation OR "playstation 5"',
        "The PlayStation 5 is Sony's game console. Players talk about buying and pre-ordering "
        "it, its games, controllers, launch and price.",
    ),
}

_GAMES = {
    "ApexLegends": (
        "Apex Legends",
        "playapex respawn",
        'apex OR "apex legends"',
        "Apex Legends is a battle royale shooter game by Respawn and EA.",
    ),
    "Battlefield": (
        "Battlefield",
        "battlefield ea_dice",
        "battlefield OR bf1 OR bf4 OR bfv",
        "Battlefield is a series of war shooter games by DICE and EA.",
    ),
    "Borderlands": (
        "Borderlands",
        "borderlands gearboxofficial",
        "borderlands OR bl3 OR gearbox",
        "Borderlands is a series of looter shooter games by Gearbox.",
    ),
    "CS-GO": (
        "Counter-Strike",
        "csgo",
        'csgo OR "counter strike" OR "cs go"',
        "Counter-Strike: Global Offensive is a team shooter game and e-sport by Valve.",
    ),
    "CallOfDuty": (
        "Call of Duty",
        "callofduty activision",
        'cod OR "call of duty" OR warzone',
        "Call of Duty is a series of military shooter games by Activision, with Warzone.",
    ),
    "CallOfDutyBlackopsColdWar": (
        "Call of Duty Black Ops Cold War",
        "callofduty treyarch",
        '"cold war" OR "black ops"',
        "Call of Duty: Black Ops Cold War is a shooter game by Treyarch with zombies mode.",
    ),
    "Cyberpunk2077": (
        "Cyberpunk 2077",
        "cyberpunkgame cdprojektred",
        "cyberpunk",
        "Cyberpunk 2077 is a role-playing game set in Night City by CD Projekt Red.",
    ),
    "Dota2": (
        "Dota 2",
        "dota2",
        "dota OR dota2",
        "Dota 2 is a strategy game and e-sport by Valve.",
    ),
    "FIFA": (
        "FIFA",
        "easportsfifa",
        "fifa OR fut",
        "FIFA is a series of football video games by EA Sports, with Ultimate Team packs.",
    ),
    "GrandTheftAuto(GTA)": (
        "Grand Theft Auto",
        "rockstargames",
        'gta OR "grand theft auto"',
        "Grand Theft Auto, GTA V and GTA Online, is a series of open world games by Rockstar.",
    ),
    "Hearthstone": (
        "Hearthstone",
        "playhearthstone",
        "hearthstone",
        "Hearthstone is a digital card game by Blizzard with decks and battlegrounds.",
    ),
    "LeagueOfLegends": (
        "League of Legends",
        "leagueoflegends riotgames",
        '"league of legends" OR lol',
        "League of Legends is an arena strategy game and e-sport with champions by Riot Games.",
    ),
    "MaddenNFL": (
        "Madden NFL",
        "eamaddennfl",
        "madden",
        "Madden NFL is a series of American football video games by EA Sports.",
    ),
    "NBA2K": (
        "NBA 2K",
        "nba2k",
        "nba2k OR 2k20 OR 2k21",
        "NBA 2K is a series of basketball video games by 2K Sports with MyTeam and MyPlayer.",
    ),
    "PlayerUnknownsBattlegrounds(PUBG)": (
        "PUBG",
        "pubg pubgmobile",
        "pubg OR pubgmobile",
        "PlayerUnknown's Battlegrounds, PUBG and PUBG Mobile, is a battle royale shooter game.",
    ),
    "RedDeadRedemption(RDR)": (
        "Red Dead Redemption",
        "rockstargames",
        '"red dead" OR rdr2',
        "Red Dead Redemption is a western open world game by Rockstar with cowboys and horses.",
    ),
    "TomClancysGhostRecon": (
        "Ghost Recon",
        "ghostrecon ubisoft",
        '"ghost recon"',
        "Tom Clancy's Ghost Recon Breakpoint and Wildlands are tactical shooter games by Ubisoft.",
    ),
    "TomClancysRainbowSix": (
        "Rainbow Six Siege",
        "rainbow6game ubisoft",
        '"rainbow six" OR r6 OR siege',
        "Tom Clancy's Rainbow Six Siege is a tactical team shooter game by Ubisoft.",
    ),
    "WorldOfCraft": (
        "World of Warcraft",
        "warcraft blizzard_ent",
        'warcraft OR wow OR "world of warcraft"',
        "World of Warcraft is an online role-playing game by Blizzard with raids and guilds.",
    ),
}

_EVENTS = {
    "2012_Sandy_Hurricane": (
        "Hurricane Sandy",
        "sandy OR hurricane OR storm",
        (
            "Hurricane Sandy hit New York, New Jersey and the east coast in 2012 with storm, "
            "flooding, power outages, damage, rescue and relief."
        ),
    ),
    "2013_Alberta_Floods": (
        "Alberta floods",
        "flood OR abflood OR yycflood OR calgary",
        (
            "Floods in Alberta, Calgary and High River in 2013: evacuation, water, damage, "
            "volunteers, donations and relief."
        ),
    ),
    "2013_Oklahoma_Tornado": (
        "Oklahoma tornado",
        "tornado OR oklahoma OR moore",
        (
            "A tornado hit Moore, Oklahoma in 2013: destroyed homes and schools, victims, prayers, "
            "rescue and relief."
        ),
    ),
    "2013_West_Texas_Explosion": (
        "West Texas explosion",
        "explosion OR texas OR fertilizer OR waco",
        (
            "A fertilizer plant exploded in West, Texas near Waco in 2013: fire, injured people, "
            "firefighters, victims, prayers and relief."
        ),
    ),
}

CASES = (
    Case(file="relevance_sanders", brands={name: COMPANIES[name] for name in ("apple", "twitter")}),
    Case(
        file="relevance_entity",
        brands={
            **{name: one for name, one in COMPANIES.items() if name not in ("apple", "twitter")},
            **{
                name: _brand(title, handles, query, f"{about} {_GAME}")
                for name, (title, handles, query, about) in _GAMES.items()
            },
        },
    ),
    Case(
        file="relevance_crisis",
        brands={
            name: _brand(title, "", query, about) for name, (title, query, about) in _EVENTS.items()
        },
    ),
)
