"""Telegram: what is written to a bot, or where it is a member.  It has no voice here yet."""
