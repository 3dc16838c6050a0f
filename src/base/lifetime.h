// SPDX-License-Identifier: Apache-2.0
#pragma once

// What an object puts off must not come after its end. A Lifetime as its last member answers for that:
//
//   loop_.later(lifetime_.guard([this] { finish(); }));   // nothing happens when the object has gone by then
//
// One thread: the object ends either before the callback or not.

#include <memory>
#include <utility>

namespace mayfly {

class Lifetime {
 public:
  template <typename Callback>
  [[nodiscard]] auto guard(Callback callback) const {
    return [token = std::weak_ptr<char>(token_), callback = std::move(callback)] {
      if (!token.expired()) callback();
    };
  }

 private:
  std::shared_ptr<char> token_ = std::make_shared<char>('\0');
};

}  // namespace mayfly
