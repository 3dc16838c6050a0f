// SPDX-License-Identifier: Apache-2.0
#include "guest/module_path.h"

#include <array>
#include <cctype>
#include <charconv>

namespace mayfly::guest {
namespace {

constexpr std::string_view kFileUrl = "file:///";

bool isPlainInUrl(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("-._~/!$&'()*+,;=:@").find(c) != std::string_view::npos;
}

// False when the path leads out of the record.
bool appendPath(std::vector<std::string_view>& parts, std::string_view path) {
  while (!path.empty()) {
    size_t slash = path.find('/');
    std::string_view part = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
      continue;
    }
    if (parts.empty()) return false;
    parts.pop_back();
  }
  return true;
}

}  // namespace

bool isRelativeSpecifier(std::string_view specifier) {
  return specifier.starts_with("./") || specifier.starts_with("../") || specifier == "." || specifier == ".." ||
         specifier.starts_with('/') || specifier.starts_with(kFileUrl);
}

std::optional<std::string> resolveSpecifier(std::string_view specifier, std::string_view referrer) {
  if (specifier.starts_with(kFileUrl)) return nameOfModuleUrl(specifier);
  std::vector<std::string_view> parts;
  if (specifier.starts_with('.')) {
    size_t folder = referrer.rfind('/');
    if (folder != std::string_view::npos && !appendPath(parts, referrer.substr(0, folder))) return std::nullopt;
  }
  if (!appendPath(parts, specifier) || parts.empty()) return std::nullopt;
  std::string name;
  for (std::string_view part : parts) name.append(name.empty() ? "" : "/").append(part);
  return name;
}

std::vector<std::string> requireCandidates(std::string_view name) {
  std::vector<std::string> candidates = {std::string(name)};
  for (std::string_view stem : {"", "/index"}) {
    for (std::string_view extension : {".js", ".cjs", ".mjs", ".ts", ".tsx", ".jsx", ".json"}) {
      candidates.push_back(std::string(name).append(stem).append(extension));
    }
  }
  return candidates;
}

std::string moduleUrl(std::string_view name) {
  std::string url(kFileUrl);
  for (char c : name) {
    if (isPlainInUrl(c)) {
      url += c;
      continue;
    }
    constexpr std::string_view kHex = "0123456789ABCDEF";
    auto byte = static_cast<unsigned char>(c);
    url.append({'%', kHex[byte >> 4U], kHex[byte & 15U]});
  }
  return url;
}

std::optional<std::string> nameOfModuleUrl(std::string_view url) {
  if (!url.starts_with(kFileUrl)) return std::nullopt;
  url.remove_prefix(kFileUrl.size());
  url = url.substr(0, url.find_first_of("?#"));
  std::string name;
  for (size_t i = 0; i < url.size(); ++i) {
    unsigned byte = 0;
    const char* digits = url.data() + i + 1;
    bool escaped =
        url[i] == '%' && i + 2 < url.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2;
    name += escaped ? static_cast<char>(byte) : url[i];
    if (escaped) i += 2;
  }
  return name;
}

std::string_view schemeOf(std::string_view specifier) {
  size_t colon = specifier.find(':');
  if (colon == std::string_view::npos || colon < 2) return {};
  std::string_view scheme = specifier.substr(0, colon);
  for (char c : scheme) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '+' && c != '-' && c != '.') return {};
  }
  return scheme;
}

}  // namespace mayfly::guest
