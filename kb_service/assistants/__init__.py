"""The tools of `kb mcp`: assistants ask the same questions as people, by the Model Context Protocol.

callers.py  for whom does an assistant ask? A token says so, else it is anybody
tools.py    what can be asked, with the types of the API
server.py   the same as a server of the protocol, over stdio or HTTP

What is for agents only is answered to callers with an agent's token alone. Needs the extra "mcp".
"""
