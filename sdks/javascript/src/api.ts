/** The public names, the same in the browser and in Node. */
export type { BeforeSend } from "./before-send.js";
export type { Deadline } from "./client.js";
export type { Clock } from "./clock.js";
export type { BuiltInType, Id, Metadata, TrackEvent } from "./event.js";
export type { Callbacks, Stats } from "./ledger.js";
export type { Logger, LogLevel } from "./log.js";
export type { AnalyticsOptions } from "./options.js";
export type { MediaElement, Player, PlayerOptions, Track } from "./player.js";
export type { Transport, TransportRequest, TransportResponse } from "./transport.js";
export type { DropReason } from "./verdict.js";
