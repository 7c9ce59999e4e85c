#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/db/private_server.h"
#include "core/migrate/database.h"

namespace quarry::migrate {

/// Where PostgreSQL's scratch databases are made.
struct ScratchServerOptions {
    std::string url;      ///< Of the database that is migrated, or what the user gave for trials; empty for none.
    bool is_dev = false;  ///< It is the latter.
    DatabaseOptions database;
    std::function<std::vector<db::ServerPrograms>()> find_programs;  ///< Gives those that are installed here.
    std::filesystem::path cache_folder;            ///< As PrivateServerOptions has it.
    std::function<void(const std::string&)> note;  ///< Told where something is tried elsewhere than expected.
};

/// Makes scratch databases where what migrations do cannot reach what others use: on the server that the user gave for
/// trials; else on a private one of the same version as the target's, with the roles that are there; else on the
/// target's own. A private server whose roles, settings and databases a migration changed is not used again. Used by
/// one thread.
class ScratchServer {
public:
    explicit ScratchServer(ScratchServerOptions options);
    ~ScratchServer();

    /// An empty database, gone when the object is. Throws Error: usage when no server is known, and what connecting
    /// throws.
    [[nodiscard]] std::unique_ptr<Database> make();

private:
    struct Target;
    struct Private;
    void read_target();
    [[nodiscard]] std::shared_ptr<Private> lend_private();
    [[nodiscard]] std::unique_ptr<Private> start_private() const;
    void prepare(Private& server) const;

    ScratchServerOptions options_;
    std::unique_ptr<Target> target_;
    std::shared_ptr<std::vector<std::unique_ptr<Private>>> idle_;
    std::optional<db::ServerPrograms> programs_;  ///< For private ones, once `decided_`.
    bool decided_ = false;
    bool has_private_ = false;  ///< One was made.
};

}  // namespace quarry::migrate
