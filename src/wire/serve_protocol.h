// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a warm worker and the daemon say to each other after the job. A guest whose job says `serve` loads its main
// module, reports Loaded (or a Failure, and exits), and then lives on streams until it is killed.
//
// A stream is a number in the frame header: even when the daemon opened it, odd when the guest did; 0 is the worker as
// a whole (its job, Loaded, logs that belong to no call). The daemon opens with Call, Fetch or Session; the guest with
// Open. What follows:
//
//   Call     -> Result | Failure                                       one answer, and the stream is over
//   Fetch    -> Head | Failure; Chunk* End from each side that has a body; or, with webSocket, Text and Binary both
//               ways and Close from each side
//   Session  Text both ways, one capnweb message each; Close from either side ends it. The daemon never parses a
//   message Open     -> Opened | Reset (the child could not be loaded: "E_CODE why"); from then on a Session with that
//   child
//
// Reset from either side ends any stream at once. Each direction of a stream starts with kInitialCredit bytes; a Chunk,
// Text or Binary frame may be sent while credit is left, and costs its payload, so the last one may overdraw it. Credit
// gives more. Frames of a stream that has just ended may still be under way and are ignored; frames on a stream that
// never was, and frames sent without credit, are violations (E_PROTO).
//
// A worker asks for its live bindings while it loads, so a session's messages may come from both sides before Loaded,
// and on a child's stream before Opened.
//
// Logs carry the stream of the call that wrote them while that is open, and else 0. Each call and request may log
// Job.logBytes; each session, and stream 0, so much in every kLogWindow.
//
// The guest is hostile: each decode function here that the daemon uses is bounded, fuzzed, and fails with E_PROTO.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace mayfly::wire {

constexpr uint32_t kInitialCredit = 256U << 10U;
constexpr size_t kMaxChunk = 64U << 10U;   // of a body
constexpr size_t kMaxMessage = 8U << 20U;  // of a session or WebSocket
constexpr size_t kMaxStreams = 1024;       // open at once in one worker, both sides together
constexpr size_t kMaxHeaders = 256;
constexpr size_t kMaxHeadBytes = 128U << 10U;  // URL, names and values together
constexpr std::chrono::seconds kLogWindow{10};
constexpr size_t kMaxEntrypoints = 256;
constexpr size_t kMaxMethods = 1024;
// The stream of the session with whoever loaded the worker; open from the start when the job says so.
constexpr uint64_t kFirstSession = 2;

// daemon -> guest. A method of an entrypoint with JSON arguments, as in Job.
struct Call {
  std::string entrypoint;     // the export; empty: the default
  std::string method;         // empty: by the rule of guest/entrypoint.h
  std::string inputJson;      // JSON text or empty for undefined
  std::string argumentsJson;  // a JSON array: the whole argument list in place of the input; or empty
  std::string propsJson;      // JSON text or empty
  double startMillis = 0;     // the clock's value
  uint64_t outputBytes = 0;
};

struct Header {
  std::string name;
  std::string value;
};

// daemon -> guest. An HTTP request for an entrypoint's fetch.
struct FetchRequest {
  std::string entrypoint;
  std::string propsJson;
  std::string method;
  std::string url;  // absolute
  std::vector<Header> headers;
  bool hasBody = false;
  bool webSocket = false;  // the client asks for an upgrade
  double startMillis = 0;
};

// guest -> daemon. Status 101 exactly when the guest accepted the WebSocket.
struct ResponseHead {
  uint16_t status = 200;
  std::string statusText;
  std::vector<Header> headers;
  bool hasBody = false;
  bool webSocket = false;
};

// guest -> daemon. What the main module offers.
struct EntrypointInfo {
  std::string name;  // "default" or the export's
  std::vector<std::string> methods;
};
struct Loaded {
  std::vector<EntrypointInfo> entrypoints;
};

// guest -> daemon: a host worker wants a child (its LOADER binding). With an id and no document: only if one is warm;
// the answer is Reset with "E_NOT_FOUND ..." when none is.
struct Open {
  std::string binding;       // the name under which LOADER was granted
  std::string id;            // empty: load; otherwise get
  std::string documentJson;  // as of PUT /v1/workers/{id}; or empty
};

struct Close {
  uint16_t code = 1000;  // RFC 6455, 7.4
  std::string reason;
};

std::string encodeCall(const Call& call);
Result<Call> decodeCall(std::string_view payload);
std::string encodeFetch(const FetchRequest& request);
Result<FetchRequest> decodeFetch(std::string_view payload);
std::string encodeHead(const ResponseHead& head);
Result<ResponseHead> decodeHead(std::string_view payload);
std::string encodeLoaded(const Loaded& loaded);
Result<Loaded> decodeLoaded(std::string_view payload);
std::string encodeOpen(const Open& open);
Result<Open> decodeOpen(std::string_view payload);
std::string encodeClose(const Close& close);
Result<Close> decodeClose(std::string_view payload);
std::string encodeCredit(uint32_t bytes);
Result<uint32_t> decodeCredit(std::string_view payload);
// Reset carries a reason in words.
Result<std::string> decodeReset(std::string_view payload);

}  // namespace mayfly::wire
