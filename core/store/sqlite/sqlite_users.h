#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "core/db/sqlite_statement.h"
#include "core/store/sqlite/row_checksums.h"
#include "core/store/store.h"
#include "core/store/user_repository.h"

namespace quarry::store {

/// In the knowledge base's file, over a connection of its own.
class SqliteUsers final : public UserRepository {
public:
    /// See open_users.
    SqliteUsers(const std::filesystem::path& base, StoreMode mode);

    [[nodiscard]] std::vector<User> users() const override;
    [[nodiscard]] std::optional<User> user(std::string_view id) const override;
    [[nodiscard]] std::optional<User> user_by_email(std::string_view email) const override;
    void add_user(const User& user) override;
    void change_user(const User& user) override;
    bool remove_user(std::string_view id) override;

    [[nodiscard]] std::vector<ApiKey> keys() const override;
    [[nodiscard]] std::optional<ApiKey> key_by_secret(std::string_view hash) const override;
    void add_key(const ApiKey& key, const std::vector<Grant>& grants) override;
    bool remove_key(std::string_view id) override;
    void note_use(std::string_view key_id, std::int64_t at) override;

    [[nodiscard]] std::vector<Grant> grants(std::string_view principal) const override;
    void set_grant(const Grant& grant) override;

    void add_sign_in(const SignIn& sign_in) override;
    [[nodiscard]] std::optional<SignIn> sign_in(std::string_view hash) const override;
    [[nodiscard]] bool has_family(std::string_view user_id, std::string_view family) const override;
    bool exchange(std::string_view hash, const SignIn& next, std::int64_t now) override;
    void end_sign_ins(std::string_view user_id) override;
    void end_family(std::string_view user_id, std::string_view family) override;
    void drop_expired(std::int64_t now) override;

    [[nodiscard]] std::vector<SigningKey> signing_keys() const override;
    void add_signing_key(const SigningKey& key, std::int64_t oldest) override;

    [[nodiscard]] Spent spent(std::string_view principal, std::string_view month) const override;
    void add_spending(std::string_view principal, std::string_view month, const Spent& spent) override;

    void add_audit(const AuditEntry& entry, std::int64_t oldest) override;
    [[nodiscard]] std::vector<AuditEntry> audit(std::int64_t before, std::size_t limit) const override;

    [[nodiscard]] std::vector<std::string> conversation_owners() const override;

private:
    template <typename Work>
    auto reading(Work&& work) const;
    template <typename Work>
    auto writing(Work&& work);
    [[nodiscard]] std::optional<User> one_user(const char* sql, std::string_view value) const;
    void put_grant(const Grant& grant);
    void insert_sign_in(const SignIn& sign_in);
    void remove_principal(std::string_view principal);

    const std::filesystem::path path_;
    SQLite::Database database_;
    mutable db::StatementCache statements_;
    RowChecksums checksums_;
};

}  // namespace quarry::store
