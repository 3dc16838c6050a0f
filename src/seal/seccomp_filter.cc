// SPDX-License-Identifier: Apache-2.0
#include "seal/seccomp_filter.h"

#include <linux/audit.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <map>

namespace mayfly::seal {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
constexpr uint32_t kX32Bit = 0x40000000;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "Mayfly runs on x86-64 and on arm64"
#endif

constexpr uint32_t argumentOffset(uint8_t index, bool high) {
  return static_cast<uint32_t>(offsetof(seccomp_data, args)) + index * 8U + (high ? 4U : 0U);
}

// No pid and no system call number: where it stands in a compiled program, the guest's pid belongs.
constexpr int32_t kPidPlaceholder = 0x7ffffff1;

using NumberRules = std::map<uint32_t, std::vector<const SyscallRule*>>;

class Assembler {
 public:
  explicit Assembler(uint32_t otherwise) : otherwise_(otherwise) {}

  BpfProgram assemble(const NumberRules& numbers) {
    load(offsetof(seccomp_data, arch));
    emit(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0);
    answer(SECCOMP_RET_KILL_PROCESS);
    load(offsetof(seccomp_data, nr));
#if defined(__x86_64__)
    emit(BPF_JMP | BPF_JGE | BPF_K, kX32Bit, 0, 1);
    answer(SECCOMP_RET_KILL_PROCESS);
#endif
    std::vector<NumberRules::value_type> sorted(numbers.begin(), numbers.end());
#if defined(__x86_64__)
    tree(sorted, 0, sorted.size(), 0, kX32Bit);
#else
    tree(sorted, 0, sorted.size(), 0, uint64_t{1} << 32U);
#endif
    return std::move(program_);
  }

 private:
  void emit(uint16_t code, uint32_t k, uint8_t whenTrue = 0, uint8_t whenFalse = 0) {
    program_.push_back(sock_filter{code, whenTrue, whenFalse, k});
  }
  void load(size_t offset) { emit(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset)); }
  void answer(uint32_t action) { emit(BPF_RET | BPF_K, action); }

  // Reserves a jump that patch() aims at the next instruction.
  size_t jump() {
    emit(BPF_JMP | BPF_JA, 0);
    return program_.size() - 1;
  }
  void patch(size_t at) { program_[at].k = static_cast<uint32_t>(program_.size() - at - 1); }

  // Numbers from `low` to below `high` can still be at hand here.
  void tree(const std::vector<NumberRules::value_type>& sorted, size_t from, size_t to, uint64_t low, uint64_t high) {
    if (to - from <= 1) {
      bool decided = from < to && leaf(sorted[from], high - low == 1);
      if (!decided) answer(otherwise_);
      return;
    }
    size_t middle = from + (to - from) / 2;
    emit(BPF_JMP | BPF_JGE | BPF_K, sorted[middle].first, 0, 1);
    size_t right = jump();
    tree(sorted, from, middle, low, sorted[middle].first);
    patch(right);
    tree(sorted, middle, to, sorted[middle].first, high);
  }

  // Whether every call that comes here is answered here.
  bool leaf(const NumberRules::value_type& entry, bool onlyThis) {
    size_t other = 0;
    if (!onlyThis) {
      emit(BPF_JMP | BPF_JEQ | BPF_K, entry.first, 1, 0);
      other = jump();
    }
    bool decided = false;
    for (const SyscallRule* rule : entry.second) {
      if (decided) break;  // what follows an unconditional rule has no say
      ruleBody(*rule);
      decided = rule->arguments.empty();
    }
    if (!onlyThis) patch(other);
    return decided && onlyThis;
  }

  // Falls through to the next rule when an argument does not match.
  void ruleBody(const SyscallRule& rule) {
    std::vector<size_t> mismatches;
    for (const ArgumentRule& argument : rule.arguments) {
      for (bool high : {false, true}) {
        auto mask = static_cast<uint32_t>(high ? argument.mask >> 32 : argument.mask);
        auto value = static_cast<uint32_t>(high ? argument.value >> 32 : argument.value);
        if (mask == 0) continue;
        load(argumentOffset(argument.index, high));
        if (mask != ~0U) emit(BPF_ALU | BPF_AND | BPF_K, mask);
        emit(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0);
        mismatches.push_back(jump());
      }
    }
    answer(rule.action);
    for (size_t mismatch : mismatches) patch(mismatch);
  }

  uint32_t otherwise_;
  BpfProgram program_;
};

}  // namespace

BpfProgram compile(const RuleSet& set) {
  NumberRules numbers;
  for (const SyscallRule& rule : set.rules) {
    if (rule.number >= 0) numbers[static_cast<uint32_t>(rule.number)].push_back(&rule);
  }
  return Assembler(set.otherwise).assemble(numbers);
}

Result<void> installFilter(const BpfProgram& program) {
  sock_fprog raw{static_cast<unsigned short>(program.size()), const_cast<sock_filter*>(program.data())};
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &raw) != 0) return errnoError("seccomp", ErrorCode::kSeal);
  return {};
}

GuestFilter::GuestFilter() : program_(compile(guestRules(kPidPlaceholder))) {
  for (size_t at = 0; at < program_.size(); ++at) {
    if (program_[at].code == (BPF_JMP | BPF_JEQ | BPF_K) && program_[at].k == kPidPlaceholder) pidAt_.push_back(at);
  }
  MAYFLY_CHECK(pidAt_.size() == 1);
}

Result<void> GuestFilter::enter() {
  for (size_t at : pidAt_) program_[at].k = static_cast<uint32_t>(::getpid());
  return installFilter(program_);
}

uint32_t interpret(const BpfProgram& program, const seccomp_data& call, std::vector<bool>* visited) {
  if (visited != nullptr) visited->resize(program.size());
  uint32_t accumulator = 0;
  for (size_t at = 0; at < program.size(); ++at) {
    if (visited != nullptr) (*visited)[at] = true;
    const sock_filter& instruction = program[at];
    bool taken = false;
    switch (instruction.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        std::copy_n(reinterpret_cast<const char*>(&call) + instruction.k, 4, reinterpret_cast<char*>(&accumulator));
        continue;
      case BPF_ALU | BPF_AND | BPF_K:
        accumulator &= instruction.k;
        continue;
      case BPF_JMP | BPF_JA:
        at += instruction.k;
        continue;
      case BPF_JMP | BPF_JEQ | BPF_K:
        taken = accumulator == instruction.k;
        break;
      case BPF_JMP | BPF_JGE | BPF_K:
        taken = accumulator >= instruction.k;
        break;
      case BPF_RET | BPF_K:
        return instruction.k;
      default:
        MAYFLY_CHECK(false);
    }
    at += taken ? instruction.jt : instruction.jf;
  }
  return SECCOMP_RET_KILL_PROCESS;
}

}  // namespace mayfly::seal
