"""What networks call themselves and ask for, so that it is gathered for translation."""

from typing import Final

from django.utils.translation import gettext_noop as _

#: Titles, labels and helps of the networks that come with the house; a test compares.
WORDS: Final = (
    _("Bluesky"),
    _(
        "Jetstream: no such server can be installed for tests; ours speaks both forms of its "
        "wire. All else is proven on a real server."
    ),
    _("Server"),
    _("Where the account lives: https://bsky.social, or a server of your own."),
    _("Handle"),
    _("Such as acme.bsky.social, without the @."),
    _("App password"),
    _("Made in the account's settings under Privacy and security; never its own password."),
    _("Searches"),
    _("Words to look for, as in Bluesky's own search: acme kettle, acme.example."),
    _("Hashtags"),
    _("With or without the #: acme, acmekettle."),
    _("Jetstream"),
    _("The stream that tells of mentions at once. 'none': none is held open."),
    _("Firehose"),
    _(
        "Where there is no Jetstream: wss:// and the host of a relay, or 'server' for the "
        "account's own."
    ),
    _("Listen to all posts"),
    _(
        "Every post of the network is heard through Jetstream, and the brand's queries "
        "sort them. That is some dozens a second."
    ),
    _("Discourse"),
    _("It is written from Discourse's documents and proven on payloads of our own."),
    _("Forum"),
    _("Its address: https://forum.example."),
    _("Our own name there"),
    _("What the brand writes under; its posts are answers."),
    _("API key"),
    _("Only for a forum that strangers cannot read: Admin, API, read only."),
    _("Secret of the webhook"),
    _("Only where the forum brings posts to us: 16 characters or more."),
    _("E-mail"),
    _("Address"),
    _("Where people write to: support@acme.example."),
    _("Sender's name"),
    _("As people see it beside the address: Acme."),
    _("IMAP server"),
    _("Where mail is read: imap.acme.example."),
    _("IMAP port"),
    _("993, or 143."),
    _("IMAP line"),
    _("tls (as a rule), starttls, or none (for servers that ANSWERBACK_REACH lets through)."),
    _("SMTP server"),
    _("Where mail is sent: smtp.acme.example."),
    _("SMTP port"),
    _("465, or 587."),
    _("SMTP line"),
    _("User"),
    _("Mostly the address itself."),
    _("Password"),
    _("An app password, where the provider has them."),
    _("Folder"),
    _("What is heard."),
    _("Folder of sent mail"),
    _("Empty: the one that the server names so."),
    _("Sign-in"),
    _("How it signs in."),
    _("Directory (tenant) ID"),
    _(
        "From the app's overview in Microsoft Entra: 8d1f2c3a-0000-0000-0000-5b6c7d8e9f00, or "
        "a domain such as acme.example."
    ),
    _("Application (client) ID"),
    _("Of the app that you registered with the provider."),
    _("Token address"),
    _("Where tokens are asked for: https://login.acme.example/oauth2/token."),
    _("Scope"),
    _("What the provider wants to be asked for; its documents say."),
    _("Device address"),
    _("Where a sign-in by code begins (RFC 8628), if the provider has it."),
    _("Authorisation address"),
    _("Where a browser signs in, if there is no device address."),
    _("The value of the secret, not its ID."),
    _("Only where the app has one; an app that people sign in to by code needs none."),
    _("Refresh token"),
    _("Leave it empty: the sign-in brings it. Only for one that you have from elsewhere."),
    _("User and password"),
    _("Most providers; where they have app passwords, one of those."),
    _("Microsoft 365: a person signs in"),
    _(
        "The person whose mailbox it is signs in once, in a browser. No administrator's "
        "command line is needed."
    ),
    _(
        "It is written from Microsoft's documents and tried on a real mail server (Dovecot) "
        "with a sign-in service of our own; nobody has tried it on Microsoft 365 itself yet."
    ),
    _("Microsoft 365: an app of your organisation"),
    _(
        "Nobody signs in: an administrator lets an app into this one mailbox. Good for shared "
        "mailboxes."
    ),
    _("Google: a person signs in"),
    _("Gmail and Google Workspace, without an app password."),
    _(
        "It is written from Google's documents and tried on a real mail server (Dovecot) with "
        "a sign-in service of our own; nobody has tried it on Google itself yet."
    ),
    _("Another provider, by OAuth 2"),
    _(
        "A mail server that takes tokens (XOAUTH2 or OAUTHBEARER) from a sign-in service that "
        "you name."
    ),
    _("Web form"),
    _("Words above the form"),
    _("Such as: We answer on weekdays from nine to five."),
    _("Address of your privacy notice"),
    _("Shown under the form: https://acme.example/privacy."),
    _("Mastodon"),
    _("Where the account lives, for example https://mastodon.example."),
    _("Access token"),
    _("From the server: Preferences, Development, New application; it needs read and write."),
    _("Heard as far as this server sees them, for example acme, acmehelp."),
    _("Words to look for; servers find only posts whose authors allow it."),
    _("Public timeline"),
    _("All that this server sees in public is heard; it may be much."),
    _("Reddit"),
    _(
        "Its reading is proven on 643 recordings of reddit.com, its polling on a server of "
        "our own: reddit.com itself gives access after an approval only."
    ),
    _("Client id"),
    _("Of your app at reddit.com/prefs/apps."),
    _("Client secret"),
    _("Stands beside it."),
    _("Your name there"),
    _("Reddit asks who runs a program: a name on Reddit, without u/."),
    _("Subreddits"),
    _("Separated by commas, without r/: kettles, tea."),
    _("Separated by commas; titles and texts of submissions: acme kettle."),
    _("RSS and Atom"),
    _("Addresses of feeds"),
    _("Separated by commas: https://forum.example/latest.rss, https://blog.example/feed"),
    _("Telegram"),
    _(
        "It is written from Telegram's documents and proven on payloads of our own: Telegram "
        "cannot be run elsewhere."
    ),
    _("Token of the bot"),
    _("@BotFather gives it."),
    _(
        "Only where Telegram brings updates to us: the secret_token that you gave to "
        "setWebhook. Empty: we ask for them."
    ),
    _("Incoming webhook"),
    _("Secret"),
    _(
        "What the sender signs with: at least 16 random characters; better the 64 that "
        "`openssl rand -hex 32` prints."
    ),
    _("The secret before"),
    _("Still believed, while the sender is given the new one."),
    _("Address for replies"),
    _(
        "Where our answers are sent, signed with the same secret: "
        "https://shop.example/answers. Empty: nobody answers on it."
    ),
    _("The receiver knows keys"),
    _(
        "It says an answer once, however often we bring it under one Idempotency-Key. "
        "Else a person looks when an answer's fate is not known."
    ),
    _("Discourse"),
    _("It is written from Discourse's documents and proven on payloads of our own."),
    _("Forum"),
    _("Its address: https://forum.example."),
    _("Our own name there"),
    _("What the brand writes under; its posts are answers."),
    _("API key"),
    _("Only for a forum that strangers cannot read: Admin, API, read only."),
    _("Secret of the webhook"),
    _("Only where the forum brings posts to us: 16 characters or more."),
    _("Reddit"),
    _(
        "Its reading is proven on 643 recordings of reddit.com, its polling on a server "
        "of our own: reddit.com itself gives access after an approval only."
    ),
    _("Client id"),
    _("Of your app at reddit.com/prefs/apps."),
    _("Client secret"),
    _("Stands beside it."),
    _("Your name there"),
    _("Reddit asks who runs a program: a name on Reddit, without u/."),
    _("The brand's name there"),
    _("Without u/: its posts are answers."),
    _("Subreddits"),
    _("Separated by commas, without r/: kettles, tea."),
    _("Separated by commas; titles and texts of submissions: acme kettle."),
    _("Telegram"),
    _(
        "It is written from Telegram's documents and proven on payloads of our own: "
        "Telegram cannot be run elsewhere."
    ),
    _("Token of the bot"),
    _("@BotFather gives it."),
    _(
        "Only where Telegram brings updates to us: the secret_token that you gave to "
        "setWebhook. Empty: we ask for them."
    ),
    _("All of it is about"),
    _(
        "The brand's name, such as Acme, where all that is brought is about it: reviews "
        "of its shop. Empty: the words decide."
    ),
)
