// SPDX-License-Identifier: Apache-2.0
#include "ledger/database.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "base/syscall.h"
#include "base/unique_fd.h"

namespace mayfly {
namespace {

constexpr int kFirstPatienceMillis = 5000;

// SQLite's own mode would be the umask's; its -wal and -shm files take over the one of the file.
Result<void> makeFile(const std::string& path, bool create) {
  int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT : 0);
  UniqueFd file(retryEintr([&] { return ::open(path.c_str(), flags, 0600); }));
  if (file.valid()) return {};
  return errnoError("opening " + path, errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kUnavailable);
}

Error damaged(const std::string& path, const char* reason) {
  return {ErrorCode::kInternal,
          path + " is damaged (" + reason +
              "). Stop the daemon, then put a backup in its place, or move it away together with " +
              "its -wal and -shm files and start anew; `sqlite3 FILE .recover` may save records"};
}

}  // namespace

Query::Query(Query&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)), bound_(other.bound_) {}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Query& Query::integer(int64_t value) {
  MAYFLY_CHECK(sqlite3_bind_int64(statement_, ++bound_, value) == SQLITE_OK);
  return *this;
}

Query& Query::real(double value) {
  MAYFLY_CHECK(sqlite3_bind_double(statement_, ++bound_, value) == SQLITE_OK);
  return *this;
}

Query& Query::text(std::string_view value) {
  // An empty view may have no address, which would be NULL.
  const char* begin = value.empty() ? "" : value.data();
  MAYFLY_CHECK(sqlite3_bind_text64(statement_, ++bound_, begin, value.size(), SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK);
  return *this;
}

Query& Query::blob(std::string_view value) {
  const char* begin = value.empty() ? "" : value.data();
  MAYFLY_CHECK(sqlite3_bind_blob64(statement_, ++bound_, begin, value.size(), SQLITE_STATIC) == SQLITE_OK);
  return *this;
}

Result<bool> Query::next() {
  switch (sqlite3_step(statement_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return database_.fault();
  }
}

Result<void> Query::run() {
  auto row = next();
  if (!row) return std::move(row).error();
  return {};
}

int64_t Query::integerAt(int column) const { return sqlite3_column_int64(statement_, column); }

double Query::realAt(int column) const { return sqlite3_column_double(statement_, column); }

std::string_view Query::bytesAt(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  auto size = static_cast<size_t>(sqlite3_column_bytes(statement_, column));
  return bytes == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(bytes), size);
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, bool create, bool durable) {
  MAYFLY_TRY(makeFile(path, create));
  sqlite3* connection = nullptr;
  int status = sqlite3_open_v2(path.c_str(), &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  MAYFLY_CHECK(connection != nullptr);
  std::unique_ptr<Database> database(new Database(connection, path));
  if (status != SQLITE_OK) return database->fault();
  MAYFLY_TRY(database->configure(durable));
  return database;
}

Result<void> Database::configure(bool durable) {
  sqlite3_extended_result_codes(connection_, 1);
  sqlite3_busy_timeout(connection_, kFirstPatienceMillis);
  // SAFETY: the file may come from anywhere; without these its schema could call functions or edit itself.
  sqlite3_db_config(connection_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(connection_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  MAYFLY_TRY(execute("PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON; PRAGMA secure_delete = OFF;"));
  MAYFLY_TRY(execute("PRAGMA journal_mode = WAL;"));
  // A checkpoint waits for the disk, and the loop for the checkpoint: about one in a thousand turns under load.
  MAYFLY_TRY(execute("PRAGMA wal_autocheckpoint = 4000;"));
  // NORMAL writes through on checkpoints only: what is committed outlives the process, and a loss of power costs the
  // latest transactions and never the file.
  return execute(durable ? "PRAGMA synchronous = FULL;" : "PRAGMA synchronous = NORMAL;");
}

Database::~Database() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  MAYFLY_CHECK(sqlite3_close(connection_) == SQLITE_OK);
}

Result<Query> Database::query(const char* sql) {
  sqlite3_stmt*& statement = statements_[sql];
  if (statement == nullptr &&
      sqlite3_prepare_v3(connection_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    return fault();
  }
  MAYFLY_CHECK(sqlite3_stmt_busy(statement) == 0);
  return Query(*this, statement);
}

Result<void> Database::execute(const char* sql) {
  if (sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return fault();
  return {};
}

Result<int64_t> Database::number(const char* sql) {
  auto asked = query(sql);
  if (!asked) return std::move(asked).error();
  auto row = asked->next();
  if (!row) return std::move(row).error();
  if (!*row) return damaged(path_, "a value is missing");
  return asked->integerAt(0);
}

void Database::setPatience(std::chrono::milliseconds patience) {
  sqlite3_busy_timeout(connection_, static_cast<int>(patience.count()));
}

Error Database::fault() const {
  const char* reason = sqlite3_errmsg(connection_);
  switch (sqlite3_errcode(connection_) & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:     // a table that should be there is not
    case SQLITE_MISMATCH:  // a column holds what its type forbids
      return damaged(path_, reason);
    case SQLITE_CONSTRAINT:
      return {ErrorCode::kConflict, path_ + ": " + reason};
    case SQLITE_BUSY:
      return {ErrorCode::kUnavailable, path_ + " is held by another process's transaction"};
    default:
      return {ErrorCode::kUnavailable, "writing or reading " + path_ + ": " + reason};
  }
}

Result<Transaction> Transaction::begin(Database& database) {
  MAYFLY_TRY(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  // SQLite has rolled back by itself after some errors.
  if (database_ != nullptr && sqlite3_get_autocommit(database_->connection_) == 0) {
    sqlite3_exec(database_->connection_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

Result<void> Transaction::commit() {
  MAYFLY_TRY(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace mayfly
