// SPDX-License-Identifier: Apache-2.0
#include "api/route.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/json_text.h"
#include "base/utf8.h"

namespace mayfly::api {
namespace {

struct Method {
  std::string_view name;
  Endpoint endpoint;
};

// A resource: its path, in which "*" is an id, and "**" at the end whatever follows.
struct Resource {
  std::string_view path;
  std::array<Method, 3> methods;  // an empty name: none
  bool anyMethod = false;         // all of them are methods[0]
};

constexpr Method kNone{"", Endpoint::kHealth};
constexpr std::array kResources = {
    Resource{"/v1/run", {Method{"POST", Endpoint::kRun}, kNone, kNone}},
    Resource{"/v1/runs/*/events", {Method{"GET", Endpoint::kRunEvents}, kNone, kNone}},
    Resource{"/v1/runs/*", {Method{"DELETE", Endpoint::kRunCancel}, kNone, kNone}},
    Resource{"/v1/workers", {Method{"GET", Endpoint::kWorkerList}, Method{"POST", Endpoint::kWorkerLoad}, kNone}},
    Resource{"/v1/workers/*",
             {Method{"GET", Endpoint::kWorkerInspect}, Method{"PUT", Endpoint::kWorkerGet},
              Method{"DELETE", Endpoint::kWorkerEvict}}},
    Resource{"/v1/workers/*/pin",
             {Method{"POST", Endpoint::kWorkerPin}, Method{"DELETE", Endpoint::kWorkerUnpin}, kNone}},
    Resource{"/v1/workers/*/call", {Method{"POST", Endpoint::kWorkerCall}, kNone, kNone}},
    Resource{"/v1/workers/*/fetch/**", {Method{"", Endpoint::kWorkerFetch}, kNone, kNone}, true},
    Resource{"/v1/rpc", {Method{"GET", Endpoint::kRpc}, kNone, kNone}},
    Resource{"/v1/usage", {Method{"GET", Endpoint::kUsage}, kNone, kNone}},
    Resource{"/v1/audit", {Method{"GET", Endpoint::kAudit}, kNone, kNone}},
    Resource{"/healthz", {Method{"GET", Endpoint::kHealth}, kNone, kNone}},
    Resource{"/metrics", {Method{"GET", Endpoint::kMetrics}, kNone, kNone}},
};

std::string shown(std::string_view text) {
  if (isUtf8(text)) return jsonString(utf8Prefix(text, 100));
  return jsonString(text.substr(0, 100));
}

// The first segment of `path`, which begins with '/'; `path` keeps the rest.
std::string_view takeSegment(std::string_view& path) {
  path.remove_prefix(1);
  size_t end = std::min(path.find('/'), path.size());
  std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

// The same rule as checkWorkerId's; runs' ids keep to it as well. Escapes are not taken apart: two spellings of one id
// would be two answers to who may see it.
bool isId(std::string_view text) {
  return !text.empty() && text.size() <= 200 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("._-:@").find(c) != std::string_view::npos;
  });
}

struct Match {
  std::string_view id;
  std::string_view rest;
};

std::optional<Match> matches(std::string_view pattern, std::string_view path) {
  Match match;
  while (!pattern.empty()) {
    if (pattern == "/**") {
      match.rest = path;
      return match;
    }
    if (path.empty() || path.front() != '/') return std::nullopt;
    std::string_view wanted = takeSegment(pattern);
    std::string_view segment = takeSegment(path);
    if (wanted == "*") {
      match.id = segment;
    } else if (wanted != segment) {
      return std::nullopt;
    }
  }
  return path.empty() ? std::optional(match) : std::nullopt;
}

std::string allowed(const Resource& resource) {
  std::string list;
  for (const Method& method : resource.methods) {
    if (method.name.empty()) continue;
    list += (list.empty() ? "" : ", ") + std::string(method.name);
    if (method.name == "GET") list += ", HEAD";
  }
  return list + (list.empty() ? "OPTIONS" : ", OPTIONS");
}

Routed routeTo(const Resource& resource, const Match& match, std::string_view method, std::string_view target) {
  if (match.id.data() != nullptr && !isId(match.id)) {
    return RouteError{{ErrorCode::kUsage, shown(match.id) + " is no id: 1 to 200 of letters, digits and . _ - : @"},
                      ""};
  }
  Route route;
  route.id = match.id;
  route.allow = allowed(resource);
  if (resource.anyMethod) {
    route.endpoint = resource.methods[0].endpoint;
    route.rest = target.substr(static_cast<size_t>(match.rest.data() - target.data()));
    if (!route.rest.starts_with('/')) route.rest.insert(0, 1, '/');
    return route;
  }
  if (method == "OPTIONS") {
    route.endpoint = Endpoint::kOptions;
    return route;
  }
  std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Method& each : resource.methods) {
    if (each.name.empty() || each.name != wanted) continue;
    route.endpoint = each.endpoint;
    return route;
  }
  return RouteError{{ErrorCode::kMethod, shown(method) + " is not possible here; " + route.allow + " are"},
                    route.allow};
}

std::optional<int> hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    auto high = hexDigit(text[i + 1]);
    auto low = hexDigit(text[i + 2]);
    if (!high || !low) return std::nullopt;
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  if (!isUtf8(out)) return std::nullopt;
  return out;
}

}  // namespace

Routed findRoute(std::string_view method, std::string_view target) {
  if (!target.starts_with('/')) {
    return RouteError{{ErrorCode::kUsage, "the target " + shown(target) + " is no path; it begins with /"}, ""};
  }
  std::string_view path = target.substr(0, std::min(target.find('?'), target.size()));
  for (const Resource& resource : kResources) {
    if (auto match = matches(resource.path, path)) return routeTo(resource, *match, method, target);
  }
  return RouteError{{ErrorCode::kNotFound, "there is nothing at " + shown(path) + "; docs/api.md lists what there is"},
                    ""};
}

Result<Parameters> queryParameters(std::string_view target, const std::vector<std::string>& known) {
  Parameters parameters;
  size_t mark = target.find('?');
  std::string_view query = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  while (!query.empty()) {
    size_t end = std::min(query.find('&'), query.size());
    std::string_view each = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    size_t equals = std::min(each.find('='), each.size());
    auto name = decoded(each.substr(0, equals));
    auto value = decoded(equals < each.size() ? each.substr(equals + 1) : std::string_view());
    if (!name || !value) return Error{ErrorCode::kUsage, "the query " + shown(each) + " has a broken escape"};
    if (std::find(known.begin(), known.end(), *name) == known.end()) {
      std::string list;
      for (const std::string& one : known) list += (list.empty() ? "" : ", ") + one;
      return Error{ErrorCode::kUsage, "the query has the unknown parameter " + shown(*name) + "; known are " +
                                          (list.empty() ? "none" : list)};
    }
    bool twice = std::any_of(parameters.begin(), parameters.end(), [&](const auto& one) { return one.first == *name; });
    if (twice) return Error{ErrorCode::kUsage, "the query has " + shown(*name) + " twice"};
    parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return parameters;
}

}  // namespace mayfly::api
