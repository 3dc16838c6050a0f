// SPDX-License-Identifier: Apache-2.0
#pragma once

// SQLite as the ledger uses it: one connection in WAL mode, prepared statements kept by their text, errors as values.
// The file may be written by several processes; each waits a little for the other's transaction. One thread.
//
// Errors: E_UNAVAILABLE when the disk or the file system refuses (worth another try), E_CONFLICT when a rule of the
// schema refuses, E_INTERNAL when the file is damaged or not ours; the message then says what to do.

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

namespace mayfly {

class Database;

// One execution of a statement. Parameters are given in order, before the first next(); texts are borrowed until the
// query goes. Going, it makes the statement ready for its next use, and ends the read transaction that it was.
class Query {
 public:
  Query(Database& database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
  ~Query();
  Query(Query&& other) noexcept;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  Query& operator=(Query&&) = delete;

  Query& integer(int64_t value);
  Query& real(double value);
  Query& text(std::string_view value);
  Query& blob(std::string_view value);

  // True: there is a row. False: there is no more.
  Result<bool> next();
  // For a statement without rows.
  Result<void> run();

  [[nodiscard]] int64_t integerAt(int column) const;
  [[nodiscard]] double realAt(int column) const;
  // Text or blob; valid until the next next().
  [[nodiscard]] std::string_view bytesAt(int column) const;
  [[nodiscard]] std::string textAt(int column) const { return std::string(bytesAt(column)); }

 private:
  Database& database_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

class Database {
 public:
  // Makes the file, readable by its owner alone, when `create` is set; else E_NOT_FOUND when it is not there.
  static Result<std::unique_ptr<Database>> open(const std::string& path, bool create, bool durable);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // `sql` is a literal: its address is the statement's name.
  Result<Query> query(const char* sql);
  // Statements without parameters and rows, several if need be.
  Result<void> execute(const char* sql);
  // One number, such as a pragma's.
  Result<int64_t> number(const char* sql);

  // How long a transaction waits for another process's.
  void setPatience(std::chrono::milliseconds patience);
  // The last error was another process's transaction.
  [[nodiscard]] bool wasBusy() const { return (sqlite3_errcode(connection_) & 0xff) == SQLITE_BUSY; }
  [[nodiscard]] const std::string& path() const { return path_; }
  // The error of the last call that failed.
  [[nodiscard]] Error fault() const;

 private:
  friend class Transaction;
  Database(sqlite3* connection, std::string path) : connection_(connection), path_(std::move(path)) {}
  Result<void> configure(bool durable);

  sqlite3* connection_;
  std::string path_;
  std::unordered_map<const char*, sqlite3_stmt*> statements_;
};

// A write transaction: begun at once, so that what is read in it stays true until it ends. Rolled back unless commit()
// succeeded.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace mayfly
