// Names that are held: shared advisory locks of a session.
#include <chrono>
#include <set>
#include <string>

#include "core/store/postgresql/server_repositories.h"
#include "core/store/postgresql/side_server.h"

namespace quarry::store::postgresql {
namespace {

using Clock = std::chrono::steady_clock;

// "qrrz": not one of the numbers that bases have. Two names of a database are one lock once in 2^32.
#define QUARRY_LOCK_OF_NAME "pg_catalog.hashtext(pg_catalog.current_schema() || ' ' || $1)"
constexpr const char* lock_name = "SELECT pg_catalog.pg_advisory_lock_shared(1903260282, " QUARRY_LOCK_OF_NAME ")";
constexpr const char* unlock_name = "SELECT pg_catalog.pg_advisory_unlock_shared(1903260282, " QUARRY_LOCK_OF_NAME ")";
constexpr const char* is_locked =
    "SELECT 1 FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND classid = 1903260282 AND objsubid = 2"
    " AND objid::bigint = " QUARRY_LOCK_OF_NAME "::bigint & 4294967295 AND pid <> pg_catalog.pg_backend_pid()"
    " AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) LIMIT 1";
#undef QUARRY_LOCK_OF_NAME
// So that the session of a machine that is lost ends.
constexpr const char* keep_looking = "SELECT pg_catalog.set_config('tcp_keepalives_idle', '20', false),"
                                     " pg_catalog.set_config('tcp_keepalives_interval', '5', false),"
                                     " pg_catalog.set_config('tcp_keepalives_count', '3', false)";

/// After the server was away, others take a while to be here again.
constexpr std::chrono::seconds until_others_are_back{15};

class ServerPresence final : public Presence {
public:
    explicit ServerPresence(const std::string& url) : server_(url, StoreMode::read) { join(); }

    void hold(std::string_view name) override {
        rejoin();
        if (held_.emplace(name).second) server_.run(lock_name, {std::string(name)});
    }
    void release(std::string_view name) noexcept override {
        const auto found = held_.find(name);
        if (found == held_.end()) return;
        held_.erase(found);
        try {
            if (server_.session() == session_) server_.run(unlock_name, {std::string(name)});
        } catch (const std::exception&) {
            // Gone with the session.
        }
    }
    [[nodiscard]] bool is_held_elsewhere(std::string_view name) override {
        rejoin();
        const bool is_held = !server_.query(is_locked, {std::string(name)}).empty();
        return is_held || Clock::now() < unsure_until_;
    }

    /// Whoever lost a session holds again at its next look, which servers take each 5 s.
    [[nodiscard]] std::chrono::seconds doubt() const noexcept override { return std::chrono::seconds(12); }

private:
    void join() {
        server_.run(keep_looking);
        session_ = server_.session();
        for (const std::string& name : held_) server_.run(lock_name, {name});
    }
    /// Holds all names again where the connection was made anew.
    void rejoin() {
        server_.run("SELECT 1");
        if (server_.session() == session_) return;
        join();
        unsure_until_ = Clock::now() + until_others_are_back;
    }

    SideServer server_;
    std::uint64_t session_ = 0;
    std::set<std::string, std::less<>> held_;
    Clock::time_point unsure_until_{};
};

}  // namespace

std::unique_ptr<Presence> open_server_presence(const std::string& url) { return std::make_unique<ServerPresence>(url); }

}  // namespace quarry::store::postgresql
