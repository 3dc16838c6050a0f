// SPDX-License-Identifier: Apache-2.0
#include "api/rpc_message.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/json_text.h"
#include "base/utf8.h"
#include "scheduler/program_members.h"
#include "workers/worker_code.h"

namespace mayfly::api {
namespace {

constexpr uint64_t kMaxChannel = (uint64_t{1} << 53U) - 1;
constexpr uint32_t kMaxCredit = 1U << 30U;

struct Verb {
  std::string_view name;
  RpcVerb verb;
  bool payload;
};

constexpr std::array kVerbs = {
    Verb{"m", RpcVerb::kMessage, true}, Verb{"credit", RpcVerb::kCredit, true}, Verb{"load", RpcVerb::kLoad, true},
    Verb{"get", RpcVerb::kGet, true},   Verb{"code", RpcVerb::kCode, true},     Verb{"close", RpcVerb::kClose, false},
};

Error wrong(std::string why) { return Error{ErrorCode::kUsage, "a message of RPC: " + std::move(why)}; }

// Digits only, no sign, no zero in front.
std::optional<uint64_t> number(std::string_view text, uint64_t most) {
  uint64_t value = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool whole = failure == std::errc() && end == text.data() + text.size() && !text.starts_with('0');
  if (!whole || value > most) return std::nullopt;
  return value;
}

bool isHash(std::string_view text) {
  return text.size() == 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

Result<RpcMessage> parseRpcMessage(std::string_view text) {
  size_t first = text.find(' ');
  auto channel = number(text.substr(0, std::min(first, text.size())), kMaxChannel);
  if (!channel || first == std::string_view::npos) {
    return wrong("it does not begin with a channel from 1 to 9007199254740991 and a space");
  }
  std::string_view rest = text.substr(first + 1);
  size_t second = rest.find(' ');
  std::string_view name = rest.substr(0, std::min(second, rest.size()));
  const auto* verb = std::find_if(kVerbs.begin(), kVerbs.end(), [&](const Verb& each) { return each.name == name; });
  if (verb == kVerbs.end()) {
    return wrong(jsonString(utf8Prefix(name, 40)) + " is no verb; known are load, get, code, m, credit, close");
  }
  bool hasPayload = second != std::string_view::npos;
  if (hasPayload != verb->payload) {
    return wrong(std::string(name) + (verb->payload ? " needs a payload" : " has no payload"));
  }
  RpcMessage message{*channel, verb->verb, {}, 0};
  if (hasPayload) message.payload = rest.substr(second + 1);
  if (message.verb == RpcVerb::kCredit) {
    auto credit = number(message.payload, kMaxCredit);
    if (!credit) return wrong("credit is not a number of bytes from 1 to 1073741824");
    message.credit = static_cast<uint32_t>(*credit);
  }
  return message;
}

Result<RpcGet> parseRpcGet(std::string_view json) {
  auto members = openDocument(json);
  if (!members) return std::move(members).error();
  RpcGet get;
  for (const JsonMember& member : *members) {
    constexpr std::array<std::string_view, 2> kKnown = {"id", "hash"};
    if (member.name != "id" && member.name != "hash") return unknownMember("get", member.name, kKnown);
    MAYFLY_TRY(readName(member, member.name == "id" ? get.id : get.hash));
  }
  MAYFLY_TRY(checkWorkerId(get.id));
  if (!get.hash.empty() && !isHash(get.hash)) return wrong("\"hash\" is not 64 lower-case hexadecimal digits");
  return get;
}

}  // namespace mayfly::api
