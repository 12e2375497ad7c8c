"""What the app may do at Slack, each right with its reason, and which events it hears: the least that its work needs."""

SCOPES = {
    "app_mentions:read": "to answer, in a direct message, somebody who asks in a channel",
    "chat:write": "to talk in direct messages, and to tell somebody in a channel that the answer is there",
    "commands": "for the command and the shortcuts",
    "im:history": "to hear what people type in direct messages with the app; it reads no others",
    "im:write": "to open a direct message with somebody who asked in a channel, or has to be told of a change",
    "users:read": "to tell guests, outsiders, robots and people who have left from people of the house, and to speak their language",
}
EVENTS = {
    "app_home_opened": "to show the App Home",
    "app_mention": "somebody asks in a channel",
    "app_uninstalled": "the token is forgotten at once",
    "message.im": "somebody writes to the app",
    "tokens_revoked": "likewise",
    "user_change": "whoever has left, or has become a guest, loses the link to their account",
}
