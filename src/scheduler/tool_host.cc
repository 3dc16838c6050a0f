// SPDX-License-Identifier: Apache-2.0
#include "scheduler/tool_host.h"

#include <fcntl.h>
#include <simdjson.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <utility>

#include "base/json_text.h"
#include "base/syscall.h"

namespace mayfly {
namespace {

namespace dom = simdjson::dom;

std::string_view languageName(Language language) {
  switch (language) {
    case Language::kAuto:
      return "auto";
    case Language::kTypeScript:
      return "ts";
    case Language::kTsx:
      return "tsx";
    case Language::kJsx:
      return "jsx";
    default:
      return "js";
  }
}

Error malformed() { return Error{ErrorCode::kProtocol, "the tool host sent a malformed answer"}; }

std::string textField(const dom::element& object, const char* name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

uint32_t numberField(const dom::element& object, const char* name) {
  uint64_t number = 0;
  if (object[name].get(number) != simdjson::SUCCESS || number > UINT32_MAX) return 0;
  return static_cast<uint32_t>(number);
}

Result<Transformed> readTransformed(const std::string& json) {
  dom::parser parser;
  dom::element root;
  Transformed answer;
  if (parser.parse(json).get(root) != simdjson::SUCCESS || root["ok"].get(answer.ok) != simdjson::SUCCESS) {
    return malformed();
  }
  if (answer.ok) {
    answer.code = textField(root, "code");
    answer.mapId = textField(root, "mapId");
    return answer;
  }
  dom::element error;
  if (root["error"].get(error) != simdjson::SUCCESS) return malformed();
  answer.message = textField(error, "message");
  if (std::string help = textField(error, "help"); !help.empty()) answer.message += " (" + help + ")";
  answer.line = numberField(error, "line");
  answer.column = numberField(error, "column");
  return answer;
}

Result<std::vector<std::optional<Position>>> readPositions(const std::string& json, size_t expected) {
  dom::parser parser;
  dom::element root;
  dom::array list;
  if (parser.parse(json).get(root) != simdjson::SUCCESS || root["positions"].get(list) != simdjson::SUCCESS ||
      list.size() != expected) {
    return malformed();
  }
  std::vector<std::optional<Position>> positions;
  for (dom::element each : list) {
    if (each.is_null()) {
      positions.emplace_back();
    } else {
      positions.emplace_back(Position{numberField(each, "line"), numberField(each, "column")});
    }
  }
  return positions;
}

Result<std::optional<SchemaProblem>> readChecked(const std::string& json) {
  dom::parser parser;
  dom::element root;
  bool fine = false;
  if (parser.parse(json).get(root) != simdjson::SUCCESS || root["ok"].get(fine) != simdjson::SUCCESS) {
    return malformed();
  }
  if (fine) return std::optional<SchemaProblem>();
  dom::element error;
  if (root["error"].get(error) != simdjson::SUCCESS) return malformed();
  return std::optional(
      SchemaProblem{textField(error, "of") == "schema", textField(error, "path"), textField(error, "message")});
}

}  // namespace

ToolHost::~ToolHost() {
  loop_.unwatch(channel_.get());
  for (auto& [id, question] : questions_) loop_.cancel(question.timer);
}

void ToolHost::warm() {
  if (process_ != nullptr) return;
  auto started = start();
  if (!started) stop(started.error());
}

Result<void> ToolHost::start() {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return errnoError("socketpair");
  channel_ = UniqueFd(ends[0]);
  UniqueFd theirs(ends[1]);
  if (::fcntl(ends[0], F_SETFL, O_RDWR | O_NONBLOCK) != 0) return errnoError("fcntl");
  SealedProcessOptions options = options_.process;
  options.channel = theirs.get();
  options.releasesControl = true;  // from then on the channel tells whether it lives
  SealedProcess::Callbacks callbacks;
  callbacks.onReady = [](const wire::ControlMessage&) {};
  callbacks.onMessage = [](const wire::ControlMessage&, UniqueFd) {};
  callbacks.onGone = [this](const Error& error) { stop(error); };
  auto process = SealedProcess::start(loop_, options, Cgroup(), std::move(callbacks));
  if (!process) return std::move(process).error();
  process_ = std::move(process).value();
  return loop_.watch(channel_.get(), EPOLLIN, [this](uint32_t events) { onChannel(events); });
}

// Forgets the process, and hands out what it still owed.
std::unordered_map<uint64_t, ToolHost::Question> ToolHost::takeDown() {
  loop_.unwatch(channel_.get());
  channel_.reset();
  process_.reset();
  reader_ = wire::FrameReader(wire::kMaxToolPayload);
  unsent_.clear();
  hello_ = false;
  for (auto& [id, question] : questions_) loop_.cancel(question.timer);
  return std::exchange(questions_, {});
}

void ToolHost::stop(const Error& error) {
  for (auto& [id, question] : takeDown()) question.answer(Error{error}.within("the tool host"));
}

void ToolHost::onTimeout(uint64_t id) {
  auto questions = takeDown();
  auto culprit = questions.extract(id);
  culprit.mapped().answer(Error{ErrorCode::kLimit, "preparing the source took longer than " +
                                                       std::to_string(options_.answerLimit.count()) +
                                                       " s and was given up; simplify its types or expressions"});
  askAgain(std::move(questions));
}

// Whoever was alone in it has crashed it. Among several the culprit shows by crashing it again.
void ToolHost::onDeath() {
  if (!hello_) return stop(Error{ErrorCode::kUnavailable, "it ended before it was ready"});
  auto questions = takeDown();
  Error crashed{ErrorCode::kLimit,
                "preparing the source exhausted the tool host (too deeply nested or too large); simplify it"};
  bool alone = questions.size() == 1;
  for (auto each = questions.begin(); each != questions.end();) {
    if (!alone && each->second.attempts < 2) {
      ++each;
      continue;
    }
    each->second.answer(Error{crashed});
    each = questions.erase(each);
  }
  askAgain(std::move(questions));
}

void ToolHost::askAgain(std::unordered_map<uint64_t, Question> questions) {
  for (auto& [id, question] : questions) ask(std::move(question));
}

void ToolHost::ask(Question question) {
  warm();
  if (process_ == nullptr) {  // warm() has failed
    return question.answer(Error{ErrorCode::kUnavailable, "the tool host cannot be started"});
  }
  uint64_t id = ++lastId_;
  ++question.attempts;
  question.timer = loop_.at(monotonicNow() + options_.answerLimit, [this, id] { onTimeout(id); });
  unsent_ += wire::encodeFrame(question.type, question.json, id);
  questions_.emplace(id, std::move(question));
  if (hello_) flush();
}

void ToolHost::flush() {
  while (!unsent_.empty()) {
    ssize_t count = retryEintr([&] { return ::send(channel_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL); });
    if (count <= 0) break;
    unsent_.erase(0, static_cast<size_t>(count));
  }
  loop_.rewatch(channel_.get(), unsent_.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

void ToolHost::onChannel(uint32_t events) {
  if ((events & EPOLLOUT) != 0) flush();
  std::span<char> room = reader_.room();
  ssize_t count = retryEintr([&] { return ::recv(channel_.get(), room.data(), room.size(), MSG_DONTWAIT); });
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) return onDeath();
  reader_.commit(static_cast<size_t>(count));
  while (process_ != nullptr) {
    auto frame = reader_.next();
    if (!frame) return stop(frame.error());
    if (!frame->has_value()) return;
    onFrame(**frame);
  }
}

void ToolHost::onFrame(const wire::Frame& frame) {
  if (frame.header.type == static_cast<uint16_t>(wire::FrameType::kToolHello)) {
    hello_ = true;
    return flush();
  }
  auto found = questions_.find(frame.header.stream);
  if (found == questions_.end()) return stop(malformed());
  Question question = std::move(found->second);
  questions_.erase(found);
  loop_.cancel(question.timer);
  std::string text(frame.payload);  // the frame is gone once the answer leads to another question
  question.answer(std::move(text));
}

void ToolHost::transform(const SourceModule& module, std::function<void(Result<Transformed>)> done) {
  std::string json;
  JsonObject(json).text("name", module.name).text("lang", languageName(module.language)).text("source", module.source);
  Answer answer = [done = std::move(done)](Result<std::string> text) {
    if (!text) return done(std::move(text).error());
    done(readTransformed(*text));
  };
  ask({.type = wire::FrameType::kTransform, .json = std::move(json), .answer = std::move(answer)});
}

void ToolHost::map(const std::string& mapId, const std::vector<Position>& positions,
                   std::function<void(Result<std::vector<std::optional<Position>>>)> done) {
  std::string list = "[";
  for (const Position& position : positions) {
    if (list.size() > 1) list += ',';
    JsonObject(list).integer("line", position.line).integer("column", position.column);
  }
  std::string json;
  JsonObject(json).text("mapId", mapId).raw("positions", list + "]");
  size_t expected = positions.size();
  Answer answer = [done = std::move(done), expected](Result<std::string> text) {
    if (!text) return done(std::move(text).error());
    done(readPositions(*text, expected));
  };
  ask({.type = wire::FrameType::kMap, .json = std::move(json), .answer = std::move(answer)});
}

void ToolHost::check(std::string_view schemaJson, std::string_view valueJson,
                     std::function<void(Result<std::optional<SchemaProblem>>)> done) {
  std::string json;
  JsonObject(json).text("schema", schemaJson).raw("value", valueJson.empty() ? "null" : jsonString(valueJson));
  Answer answer = [done = std::move(done)](Result<std::string> text) {
    if (!text) return done(std::move(text).error());
    done(readChecked(*text));
  };
  ask({.type = wire::FrameType::kCheck, .json = std::move(json), .answer = std::move(answer)});
}

}  // namespace mayfly
