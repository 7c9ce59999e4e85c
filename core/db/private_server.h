#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"

namespace quarry::db {

/// An installed PostgreSQL server.
struct ServerPrograms {
    std::filesystem::path folder;  ///< With initdb and postgres.
    int major = 0;                 ///< 15 of 15.18.
    std::string version;           ///< As `postgres --version` says it.
};

/// The installed servers, the newest first: `search_path` (what PATH says), and where Debian's, Red Hat's and
/// PostgreSQL's own packages put them.
[[nodiscard]] std::vector<ServerPrograms> find_server_programs(std::string_view search_path);

/// How a private server is made.
struct PrivateServerOptions {
    std::string login = "postgres";                             ///< Whom `url` connects as.
    std::vector<std::pair<std::string, std::string>> settings;  ///< Of the server, besides what it needs.
    std::filesystem::path cache_folder;    ///< Where a fresh cluster is kept to be copied; empty for nowhere.
    const Cancellation* cancel = nullptr;  ///< Of its start. Borrowed.
};

/// A PostgreSQL server for trying SQL out, which nobody else can reach: on a socket in a temporary folder, both gone
/// when this goes. It is confined (Sandbox::serve_in): what its SQL does reaches nothing outside of that folder. Its
/// login is a superuser then, so that whatever can run runs. Where the kernel cannot confine it the login is none, and
/// may make roles and databases only. Started by root it runs as the user postgres or nobody. Used by one thread.
class PrivateServer {
public:
    /// Throws Error: failed when it does not start, interrupted.
    PrivateServer(const ServerPrograms& programs, const PrivateServerOptions& options);
    ~PrivateServer();
    PrivateServer(const PrivateServer&) = delete;
    PrivateServer& operator=(const PrivateServer&) = delete;

    /// Of its database postgres, in libpq's "key=value" form.
    [[nodiscard]] const std::string& url() const noexcept;
    /// The same as the superuser that made it, for what prepares a trial.
    [[nodiscard]] const std::string& superuser_url() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace quarry::db
