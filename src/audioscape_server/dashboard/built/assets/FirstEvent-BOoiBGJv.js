import{D as e,n as t,y as n}from"./Page-DrWtXzLF.js";import{d as r}from"./index-kIPROraE.js";var i=`1837879082`;function a(e,t){return[{title:`Roblox SDK`,before:"Turn on Game Settings → Security → Allow HTTP Requests. `audioscape sdk luau` writes the module: paste it into a ModuleScript AudioScape in ServerStorage, and this into a Script in ServerScriptService.",code:`local AudioScape = require(game:GetService("ServerStorage").AudioScape)
local client = AudioScape.new("${t}", { endpoint = "${e}" })

game:GetService("Players").PlayerAdded:Connect(function(player)
	client:trackPlay(${i}, player.UserId, 217)
end)`},{title:`Luau`,before:`Without the SDK. Turn on Game Settings → Security → Allow HTTP Requests; it works in server Scripts only.`,code:`local HttpService = game:GetService("HttpService")
local answer = HttpService:RequestAsync({
	Url = "${e}/analytics/v1/analytics",
	Method = "POST",
	Headers = {
		["content-type"] = "application/json",
		["x-api-key"] = "${t}",
		["idempotency-key"] = HttpService:GenerateGUID(false),
	},
	Body = HttpService:JSONEncode({
		events = { { type = "play", asset_id = "${i}", player_id = "player-1", duration = 217 } },
	}),
})
print(answer.StatusCode, answer.Body)`},{title:`curl`,before:`In a terminal.`,code:`curl '${e}/analytics/v1/analytics' \\
  -H 'x-api-key: ${t}' -H 'content-type: application/json' \\
  -d '{"events":[{"type":"play","asset_id":"${i}","player_id":"player-1","duration":217}]}'`},{title:`Python`,before:"With the SDK: `pip install ./sdks/python` in a checkout of AudioScape.",code:`from audioscape import AudioScape

with AudioScape("${t}", endpoint="${e}") as client:
    client.track_play("${i}", "player-1", 217)`}]}function o({secret:i}){let o=a(location.origin,i),[s,c]=n(o[0].title),l=o.find(e=>e.title===s);return t(e,{children:[t(r,{label:`the key`,text:i}),t(`fieldset`,{class:`tabs`,children:[t(`legend`,{class:`hidden`,children:`How to send an event`}),o.map(e=>t(`button`,{type:`button`,class:`quiet`,"aria-pressed":e.title===s,onClick:()=>c(e.title),children:e.title},e.title))]}),t(`p`,{class:`muted`,children:l.before}),t(r,{label:`the code for ${s}`,text:l.code})]})}export{o as t};