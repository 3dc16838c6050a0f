// SPDX-License-Identifier: Apache-2.0
// A guest's frames, mixed with what the daemon does meanwhile: every event is about a stream that is or was, what may
// come only once comes once, and no more bytes come than there was credit for. Input: steps of u8 what, u8 stream, u16
// length, then so many bytes of payload.

#include <string>
#include <unordered_map>
#include <unordered_set>

#include "fuzz_input.h"
#include "workers/stream_table.h"

namespace {

using mayfly::StreamEvent;
using mayfly::StreamTable;
using What = StreamEvent::What;
namespace wire = mayfly::wire;

struct Model {
  StreamTable table;
  std::unordered_set<uint64_t> opened;
  std::unordered_set<uint64_t> over;
  std::unordered_map<uint64_t, int> heads;
  std::unordered_map<uint64_t, int64_t> credit;  // that the guest has left

  void open(uint64_t stream) {
    FUZZ_CHECK(opened.insert(stream).second);
    FUZZ_CHECK(table.isOpen(stream));
    credit[stream] = wire::kInitialCredit;
  }

  void ofDaemon(uint8_t what, uint64_t stream, std::string_view payload) {
    if (what % 8 < 3 && table.full()) return;
    switch (what % 8) {
      case 0:
        return open(table.openCall());
      case 1:
        return open(table.openFetch(what & 0x40, what & 0x20));
      case 2:
        return open(table.openSession());
      case 3:
        if (opened.contains(stream)) over.insert(stream);
        return table.forget(stream);
      case 4: {
        auto bytes = static_cast<uint32_t>(payload.size() * 1000);
        if (table.onSend(stream, wire::FrameType::kCredit, wire::encodeCredit(bytes)) == StreamTable::Sending::kFine) {
          credit[stream] += bytes;
        }
        return;
      }
      default: {
        auto type = static_cast<wire::FrameType>(48 + what / 8 % 6);
        if (type == wire::FrameType::kCredit) return;
        if (table.onSend(stream, type, payload) == StreamTable::Sending::kOver) over.insert(stream);
        FUZZ_CHECK(!over.contains(stream) || !table.isOpen(stream));
      }
    }
  }

  // False when the guest broke the rules.
  bool ofGuest(uint16_t type, uint64_t stream, std::string_view payload) {
    wire::Frame frame;
    frame.header = {.length = static_cast<uint32_t>(payload.size()), .type = type, .flags = 0, .stream = stream};
    frame.payload = payload;
    auto event = table.onFrame(frame);
    if (!event.ok()) {
      FUZZ_CHECK(event.error().code == mayfly::ErrorCode::kProtocol && !event.error().message.empty());
      return false;
    }
    check(event.value(), stream);
    return true;
  }

  void check(const StreamEvent& event, uint64_t stream) {
    if (event.what == What::kOpen) return open(event.stream);
    if (stream == 0) FUZZ_CHECK(!event.over);
    if (stream == 0 || event.what == What::kNothing || (event.what == What::kLog && !table.isOpen(stream))) return;
    FUZZ_CHECK(event.stream == stream && opened.contains(stream) && !over.contains(stream));
    if (event.what == What::kHead) FUZZ_CHECK(++heads[stream] == 1);
    if (event.what == What::kChunk || event.what == What::kText || event.what == What::kBinary) {
      FUZZ_CHECK(credit[stream] > 0);
      credit[stream] -= static_cast<int64_t>(event.payload.size());
      FUZZ_CHECK(credit[stream] == table.creditOfGuest(stream));
    }
    FUZZ_CHECK(event.over == !table.isOpen(stream));
    if (event.over) over.insert(stream);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  mayfly::fuzz::Input input(data, size);
  Model model;
  if (input.take<uint8_t>() & 1U) {
    model.table.openFirstSession();
    model.open(wire::kFirstSession);
  }
  while (!input.empty()) {
    auto what = input.take<uint8_t>();
    uint64_t stream = input.take<uint8_t>();
    std::string_view payload = input.takeText(input.take<uint16_t>());
    if (what >= 128) {
      model.ofDaemon(what - 128, stream, payload);
    } else if (!model.ofGuest(what, stream, payload)) {
      return 0;  // it is killed
    }
  }
  return 0;
}
