// SPDX-License-Identifier: Apache-2.0
#include "wire/serve_protocol.h"

#include "base/utf8.h"
#include "wire/byte_codec.h"
#include "wire/guest_protocol.h"

namespace mayfly::wire {
namespace {

constexpr size_t kMaxReason = 1024;
constexpr uint16_t kSwitchingProtocols = 101;

Error malformed(std::string_view what) { return Error{ErrorCode::kProtocol, "malformed " + std::string(what)}; }

bool readFlag(ByteReader& reader) {
  auto flag = reader.get<uint8_t>();
  if (flag > 1) reader.fail();
  return flag == 1;
}

// RFC 9110, 5.6.2.
bool isToken(std::string_view text) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  for (char c : text) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && kOthers.find(c) == std::string_view::npos) return false;
  }
  return !text.empty();
}

// RFC 9110, 5.5, without obs-fold: a line end here would be another header or another response.
bool isFieldValue(std::string_view text) {
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7f) return false;
  }
  return true;
}

void writeHeaders(ByteWriter& writer, const std::vector<Header>& headers) {
  writer.put(static_cast<uint16_t>(headers.size()));
  for (const Header& header : headers) {
    writer.text(header.name);
    writer.text(header.value);
  }
}

// Values are bytes (RFC 9110, 5.5), not text.
void readHeaders(ByteReader& reader, std::vector<Header>& headers) {
  auto count = reader.get<uint16_t>();
  if (count > kMaxHeaders) return reader.fail();
  size_t room = kMaxHeadBytes;
  for (uint16_t i = 0; i < count && !reader.failed(); ++i) {
    Header header{std::string(reader.text(room)), {}};
    room -= header.name.size();
    header.value = std::string(reader.text(room));
    room -= header.value.size();
    if (!reader.failed() && (!isToken(header.name) || !isFieldValue(header.value))) reader.fail();
    headers.push_back(std::move(header));
  }
}

}  // namespace

std::string encodeCall(const Call& call) {
  ByteWriter writer;
  for (const std::string* text :
       {&call.entrypoint, &call.method, &call.inputJson, &call.argumentsJson, &call.propsJson}) {
    writer.text(*text);
  }
  writer.put(call.startMillis);
  writer.put(call.outputBytes);
  return writer.take();
}

Result<Call> decodeCall(std::string_view payload) {
  ByteReader reader(payload);
  Call call;
  call.entrypoint = reader.utf8(kMaxNameBytes);
  call.method = reader.utf8(kMaxNameBytes);
  for (std::string* text : {&call.inputJson, &call.argumentsJson, &call.propsJson}) {
    *text = reader.utf8(kMaxJobPayload);
  }
  call.startMillis = reader.get<double>();
  call.outputBytes = reader.get<uint64_t>();
  if (!reader.done()) return malformed("call");
  return call;
}

std::string encodeFetch(const FetchRequest& request) {
  ByteWriter writer;
  for (const std::string* text : {&request.entrypoint, &request.propsJson, &request.method, &request.url}) {
    writer.text(*text);
  }
  writeHeaders(writer, request.headers);
  writer.put(static_cast<uint8_t>(request.hasBody));
  writer.put(static_cast<uint8_t>(request.webSocket));
  writer.put(request.startMillis);
  return writer.take();
}

Result<FetchRequest> decodeFetch(std::string_view payload) {
  ByteReader reader(payload);
  FetchRequest request;
  request.entrypoint = reader.utf8(kMaxNameBytes);
  request.propsJson = reader.utf8(kMaxJobPayload);
  request.method = reader.utf8(kMaxNameBytes);
  request.url = reader.utf8(kMaxHeadBytes);
  readHeaders(reader, request.headers);
  request.hasBody = readFlag(reader);
  request.webSocket = readFlag(reader);
  request.startMillis = reader.get<double>();
  if (!reader.done()) return malformed("request");
  return request;
}

std::string encodeHead(const ResponseHead& head) {
  ByteWriter writer;
  writer.put(head.status);
  writer.text(head.statusText);
  writeHeaders(writer, head.headers);
  writer.put(static_cast<uint8_t>(head.hasBody));
  writer.put(static_cast<uint8_t>(head.webSocket));
  return writer.take();
}

Result<ResponseHead> decodeHead(std::string_view payload) {
  ByteReader reader(payload);
  ResponseHead head;
  head.status = reader.get<uint16_t>();
  head.statusText = std::string(reader.text(kMaxNameBytes));
  readHeaders(reader, head.headers);
  head.hasBody = readFlag(reader);
  head.webSocket = readFlag(reader);
  bool statusFits =
      head.webSocket ? head.status == kSwitchingProtocols && !head.hasBody : head.status >= 200 && head.status <= 599;
  if (!reader.done() || !statusFits || !isFieldValue(head.statusText)) return malformed("response");
  return head;
}

std::string encodeLoaded(const Loaded& loaded) {
  ByteWriter writer;
  writer.put(static_cast<uint16_t>(loaded.entrypoints.size()));
  for (const EntrypointInfo& entrypoint : loaded.entrypoints) {
    writer.text(entrypoint.name);
    writer.put(static_cast<uint16_t>(entrypoint.methods.size()));
    for (const std::string& method : entrypoint.methods) writer.text(method);
  }
  return writer.take();
}

Result<Loaded> decodeLoaded(std::string_view payload) {
  ByteReader reader(payload);
  Loaded loaded;
  auto count = reader.get<uint16_t>();
  if (count > kMaxEntrypoints) return malformed("list of entrypoints");
  for (uint16_t i = 0; i < count && !reader.failed(); ++i) {
    EntrypointInfo entrypoint;
    entrypoint.name = reader.utf8(kMaxNameBytes);
    auto methods = reader.get<uint16_t>();
    if (methods > kMaxMethods) reader.fail();
    for (uint16_t j = 0; j < methods && !reader.failed(); ++j) {
      entrypoint.methods.push_back(reader.utf8(kMaxNameBytes));
    }
    loaded.entrypoints.push_back(std::move(entrypoint));
  }
  if (!reader.done()) return malformed("list of entrypoints");
  return loaded;
}

std::string encodeOpen(const Open& open) {
  ByteWriter writer;
  for (const std::string* text : {&open.binding, &open.id, &open.documentJson}) writer.text(*text);
  return writer.take();
}

Result<Open> decodeOpen(std::string_view payload) {
  ByteReader reader(payload);
  Open open;
  open.binding = reader.utf8(kMaxNameBytes);
  open.id = reader.utf8(kMaxNameBytes);
  open.documentJson = reader.utf8(kMaxJobPayload);
  if (!reader.done() || (open.id.empty() && open.documentJson.empty())) return malformed("request for a child");
  return open;
}

std::string encodeClose(const Close& close) {
  ByteWriter writer;
  writer.put(close.code);
  writer.text(close.reason);
  return writer.take();
}

Result<Close> decodeClose(std::string_view payload) {
  ByteReader reader(payload);
  Close close;
  close.code = reader.get<uint16_t>();
  close.reason = reader.utf8(kMaxReason);
  if (!reader.done()) return malformed("close");
  return close;
}

std::string encodeCredit(uint32_t bytes) {
  ByteWriter writer;
  writer.put(bytes);
  return writer.take();
}

Result<uint32_t> decodeCredit(std::string_view payload) {
  ByteReader reader(payload);
  auto bytes = reader.get<uint32_t>();
  if (!reader.done()) return malformed("credit");
  return bytes;
}

Result<std::string> decodeReset(std::string_view payload) {
  if (payload.size() > kMaxReason || !isUtf8(payload)) return malformed("reset");
  return std::string(payload);
}

}  // namespace mayfly::wire
