// SPDX-License-Identifier: Apache-2.0
// require("native:url"): the URL standard's parser (ada) and application/x-www-form-urlencoded.

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>

#include "guest/native/ada.h"
#include "guest/native/natives.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

struct FreeUrl {
  void operator()(void* url) const { ada_free(url); }
};
using Url = std::unique_ptr<void, FreeUrl>;

std::string textOf(const Info& info, int index) {
  return info[index]->IsString() ? utf8Text(info.GetIsolate(), info[index].As<v8::String>()) : std::string();
}

// Answers the href and fills the Uint32Array `out` with the eight offsets and the scheme's type.
void answer(const Info& info, const Url& url, v8::Local<v8::Value> out) {
  if (!url || !ada_is_valid(url.get())) return;
  const ada_url_components* parts = ada_get_components(url.get());
  const std::array<uint32_t, 9> offsets = {parts->protocol_end, parts->username_end, parts->host_start,
                                           parts->host_end,     parts->port,         parts->pathname_start,
                                           parts->search_start, parts->hash_start,   ada_get_scheme_type(url.get())};
  if (!out->IsUint32Array() || out.As<v8::Uint32Array>()->Length() < offsets.size())
    return throwTypeError(info.GetIsolate(), "url: out must be a Uint32Array of nine");
  auto array = out.As<v8::Uint32Array>();
  auto* begin = static_cast<char*>(array->Buffer()->Data()) + array->ByteOffset();
  std::memcpy(begin, offsets.data(), sizeof offsets);
  ada_string href = ada_get_href(url.get());
  info.GetReturnValue().Set(v8Text(info.GetIsolate(), {href.data, href.length}));
}

// parse(input, base | undefined, out) -> href | undefined
void parse(const Info& info) {
  std::string input = textOf(info, 0);
  std::string base = textOf(info, 1);
  Url url(info[1]->IsString() ? ada_parse_with_base(input.data(), input.size(), base.data(), base.size())
                              : ada_parse(input.data(), input.size()));
  answer(info, url, info[2]);
}

// canParse(input, base | undefined) -> boolean
void canParse(const Info& info) {
  std::string input = textOf(info, 0);
  std::string base = textOf(info, 1);
  info.GetReturnValue().Set(info[1]->IsString()
                                ? ada_can_parse_with_base(input.data(), input.size(), base.data(), base.size())
                                : ada_can_parse(input.data(), input.size()));
}

using Setter = void (*)(ada_url url, const char* input, size_t length);
template <bool (*Set)(ada_url, const char*, size_t)>
void ignoreAnswer(ada_url url, const char* input, size_t length) {
  Set(url, input, length);
}

// In the order of Part in guest-js/src/url/url.ts.
constexpr std::array<Setter, 9> kSetters = {
    ignoreAnswer<ada_set_protocol>,
    ignoreAnswer<ada_set_username>,
    ignoreAnswer<ada_set_password>,
    ignoreAnswer<ada_set_host>,
    ignoreAnswer<ada_set_hostname>,
    ignoreAnswer<ada_set_port>,
    ignoreAnswer<ada_set_pathname>,
    ada_set_search,
    ada_set_hash,
};

// update(href, part, value, out) -> href. A value that the part cannot take changes nothing (URL standard, API).
void update(const Info& info) {
  std::string href = textOf(info, 0);
  std::string value = textOf(info, 2);
  size_t part = info[1]->IsUint32() ? info[1].As<v8::Uint32>()->Value() : kSetters.size();
  if (part >= kSetters.size()) return throwTypeError(info.GetIsolate(), "url: there is no such part");
  Url url(ada_parse(href.data(), href.size()));
  if (!url || !ada_is_valid(url.get())) return;
  kSetters[part](url.get(), value.data(), value.size());
  answer(info, url, info[3]);
}

int hexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// URL standard, 5.1: plus is a space, %xx a byte, and the bytes are UTF-8.
v8::Local<v8::String> decodeField(v8::Isolate* isolate, std::string_view field) {
  std::string bytes;
  bytes.reserve(field.size());
  for (size_t i = 0; i < field.size(); ++i) {
    int high = field[i] == '%' && i + 2 < field.size() ? hexValue(field[i + 1]) : -1;
    int low = high >= 0 ? hexValue(field[i + 2]) : -1;
    if (low >= 0) {
      bytes += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      bytes += field[i] == '+' ? ' ' : field[i];
    }
  }
  return v8Text(isolate, bytes);
}

// parseForm(text) -> [name, value, name, value, ...]
void parseForm(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  std::string text = textOf(info, 0);
  v8::Local<v8::Array> list = v8::Array::New(isolate);
  uint32_t length = 0;
  for (size_t begin = 0; begin <= text.size();) {
    size_t end = std::min(text.find('&', begin), text.size());
    std::string_view pair = std::string_view(text).substr(begin, end - begin);
    begin = end + 1;
    if (pair.empty()) continue;
    v8::HandleScope scope(isolate);
    size_t equals = std::min(pair.find('='), pair.size());
    std::string_view value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view();
    if (list->CreateDataProperty(context, length++, decodeField(isolate, pair.substr(0, equals))).IsNothing() ||
        list->CreateDataProperty(context, length++, decodeField(isolate, value)).IsNothing()) {
      return;
    }
  }
  info.GetReturnValue().Set(list);
}

void appendEncoded(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (char c : text) {
    bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '*' || c == '-' ||
                 c == '.' || c == '_';
    if (plain) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
}

// formatForm([name, value, ...]) -> text
void formatForm(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  if (!info[0]->IsArray()) return throwTypeError(isolate, "url: a list is needed");
  v8::Local<v8::Array> list = info[0].As<v8::Array>();
  std::string out;
  for (uint32_t i = 0; i < list->Length(); ++i) {
    v8::HandleScope scope(isolate);
    v8::Local<v8::Value> text;
    if (!list->Get(context, i).ToLocal(&text)) return;
    if (!text->IsString()) return throwTypeError(isolate, "url: the list must hold strings");
    if (i > 0) out += i % 2 == 0 ? '&' : '=';
    appendEncoded(out, utf8Text(isolate, text.As<v8::String>()));
  }
  info.GetReturnValue().Set(v8Text(isolate, out));
}

// toASCII(domain), toUnicode(domain) -> domain; empty when it is none
template <ada_owned_string (*kConvert)(const char*, size_t)>
void convertDomain(const Info& info) {
  std::string domain = textOf(info, 0);
  ada_owned_string converted = kConvert(domain.data(), domain.size());
  info.GetReturnValue().Set(v8Text(info.GetIsolate(), {converted.data, converted.length}));
  ada_free_owned_string(converted);
}

}  // namespace

void addUrlNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target) {
  defineMethod(context, target, "parse", parse, 3);
  defineMethod(context, target, "canParse", canParse, 2);
  defineMethod(context, target, "update", update, 4);
  defineMethod(context, target, "parseForm", parseForm, 1);
  defineMethod(context, target, "formatForm", formatForm, 1);
  defineMethod(context, target, "toASCII", convertDomain<ada_idna_to_ascii>, 1);
  defineMethod(context, target, "toUnicode", convertDomain<ada_idna_to_unicode>, 1);
}

}  // namespace mayfly::guest
