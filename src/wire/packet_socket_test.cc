// SPDX-License-Identifier: Apache-2.0
#include "wire/packet_socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

#include "wire/zygote_protocol.h"

namespace mayfly::wire {
namespace {

class PacketSocket : public testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
    ours_ = UniqueFd(ends[0]);
    theirs_ = UniqueFd(ends[1]);
  }

  static size_t openDescriptors() {
    size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
    return count;
  }

  UniqueFd ours_;
  UniqueFd theirs_;
  std::array<char, 64> buffer_{};
};

TEST_F(PacketSocket, KeepsMessagesApart) {
  ASSERT_TRUE(sendPacket(ours_.get(), "one", 3));
  ASSERT_TRUE(sendPacket(ours_.get(), "three", 5));
  auto first = receivePacket(theirs_.get(), buffer_.data(), buffer_.size());
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(std::string(buffer_.data(), first->size), "one");
  EXPECT_FALSE(first->fd.valid());
  auto second = receivePacket(theirs_.get(), buffer_.data(), buffer_.size());
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->size, 5U);
}

TEST_F(PacketSocket, CarriesADescriptorThatIsClosedOnExec) {
  UniqueFd null(::open("/dev/null", O_RDONLY));
  ASSERT_TRUE(sendPacket(ours_.get(), "x", 1, null.get()));
  auto packet = receivePacket(theirs_.get(), buffer_.data(), buffer_.size());
  ASSERT_TRUE(packet.has_value());
  ASSERT_TRUE(packet->fd.valid());
  EXPECT_NE(packet->fd.get(), null.get());
  EXPECT_EQ(::fcntl(packet->fd.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST_F(PacketSocket, AMessageThatIsTooLargeIsAnErrorAndItsDescriptorIsClosed) {
  UniqueFd null(::open("/dev/null", O_RDONLY));
  std::string large(200, 'x');
  ASSERT_TRUE(sendPacket(ours_.get(), large.data(), large.size(), null.get()));
  size_t before = openDescriptors();
  EXPECT_FALSE(receivePacket(theirs_.get(), buffer_.data(), buffer_.size()).has_value());
  EXPECT_EQ(errno, EMSGSIZE);
  EXPECT_EQ(openDescriptors(), before);
}

TEST_F(PacketSocket, SurplusDescriptorsDoNotStayOpen) {
  UniqueFd null(::open("/dev/null", O_RDONLY));
  iovec piece{buffer_.data(), 1};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  constexpr size_t kMany = 20;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kMany)] = {};
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int) * kMany);
  for (size_t i = 0; i < kMany; ++i) {
    int fd = null.get();
    std::memcpy(CMSG_DATA(header) + i * sizeof(int), &fd, sizeof fd);
  }
  ASSERT_EQ(::sendmsg(ours_.get(), &message, 0), 1);
  size_t before = openDescriptors();
  {
    auto packet = receivePacket(theirs_.get(), buffer_.data(), buffer_.size());
  }
  EXPECT_EQ(openDescriptors(), before);
}

TEST_F(PacketSocket, TellsNothingThereFromGone) {
  EXPECT_FALSE(receivePacket(theirs_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT).has_value());
  EXPECT_EQ(errno, EAGAIN);
  ours_.reset();
  auto packet = receivePacket(theirs_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
  ASSERT_TRUE(packet.has_value());
  EXPECT_EQ(packet->size, 0U);
  EXPECT_FALSE(sendPacket(theirs_.get(), "x", 1));  // and no SIGPIPE
  EXPECT_EQ(errno, EPIPE);
}

TEST_F(PacketSocket, NamesTheSenderWhereAsked) {
  int on = 1;
  ASSERT_EQ(::setsockopt(theirs_.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on), 0);
  UniqueFd null(::open("/dev/null", O_RDONLY));
  ASSERT_TRUE(sendPacket(ours_.get(), "x", 1, null.get()));
  auto packet = receivePacket(theirs_.get(), buffer_.data(), buffer_.size());
  ASSERT_TRUE(packet.has_value());
  EXPECT_EQ(packet->sender, ::getpid());
  EXPECT_TRUE(packet->fd.valid());
}

TEST_F(PacketSocket, CarriesAControlMessageWhole) {
  ControlMessage sent;
  sent.kind = ControlKind::kExited;
  sent.ticket = 77;
  sent.peakBytes = 1U << 30;
  ASSERT_TRUE(sendPacket(ours_.get(), &sent, sizeof sent));
  ControlMessage got;
  auto packet = receivePacket(theirs_.get(), &got, sizeof got);
  ASSERT_TRUE(packet.has_value());
  EXPECT_EQ(packet->size, sizeof got);
  EXPECT_EQ(got.kind, ControlKind::kExited);
  EXPECT_EQ(got.version, kControlVersion);
  EXPECT_EQ(got.ticket, 77U);
  EXPECT_EQ(got.peakBytes, 1U << 30);
}

}  // namespace
}  // namespace mayfly::wire
