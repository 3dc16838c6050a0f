// SPDX-License-Identifier: Apache-2.0
#pragma once

// A module has no value. One that exports nothing and ends in an expression means that expression, as a script would:
// it is compiled again with `export default` in front of it. Where the last expression begins is found by asking V8
// which ways of cutting the text are valid, never by guessing at its grammar.

#include <optional>

#include "guest/guest_state.h"
#include "guest/v8_api.h"
#include "wire/guest_protocol.h"

namespace mayfly::guest {

struct LastExpression {
  v8::Local<v8::Module> module;
  MovedText moved;
};

// Nothing when the module's last statement is no expression, or it takes too many attempts to find out.
std::optional<LastExpression> exportLastExpression(v8::Isolate* isolate, const wire::Module& source);

}  // namespace mayfly::guest
