// SPDX-License-Identifier: Apache-2.0
export { EventSource } from "./event_source.ts";
export { endOf, isWebSocket, WebSocket, WebSocketPair } from "./web_socket.ts";
