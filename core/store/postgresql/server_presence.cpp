// Names that are held: shared advisory locks of a session.
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "core/store/postgresql/server_connection.h"
#include "core/store/postgresql/server_repositories.h"

namespace quarry::store::postgresql {
namespace {

using Clock = std::chrono::steady_clock;

// "qrrz": not one of the numbers that bases have. Two names of a database are one lock once in 2^32.
#define QUARRY_LOCK_OF_NAME "pg_catalog.hashtext(pg_catalog.current_schema() || ' ' || $1)"
constexpr const char* lock_name = "SELECT pg_catalog.pg_advisory_lock_shared(1903260282, " QUARRY_LOCK_OF_NAME ")";
constexpr const char* unlock_all = "SELECT pg_catalog.pg_advisory_unlock_all()";
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
constexpr std::chrono::milliseconds between_looks{250};
/// A server that did not answer is not asked again by whoever comes next: one thread asks, or the first one after this.
constexpr std::chrono::seconds away_for{30};
/// Who is refused at once loses nothing by asking again.
constexpr std::chrono::seconds no_wait{1};

/// Whether the server of a base was waited for in vain, in this process. Thread-safe.
class Reach {
public:
    /// Throws again what the last wait for the server ended with, where that was a moment ago.
    void check() const {
        const std::lock_guard lock(mutex_);
        if (failure_ && Clock::now() < until_) throw Error(*failure_);
    }
    [[nodiscard]] bool is_away() const {
        const std::lock_guard lock(mutex_);
        return failure_.has_value();
    }
    /// Does what may have to connect, and notes how that ends.
    template <typename Work>
    void note(const Work& work) {
        const Clock::time_point begun = Clock::now();
        try {
            work();
            const std::lock_guard lock(mutex_);
            failure_.reset();
        } catch (const Error& error) {
            const std::lock_guard lock(mutex_);
            if (error.code() == ErrorCode::base_away && Clock::now() - begun >= no_wait) {
                failure_ = error;
                until_ = Clock::now() + away_for;
            }
            throw;
        }
    }

private:
    mutable std::mutex mutex_;  ///< Of those below.
    std::optional<Error> failure_{};
    Clock::time_point until_{};
};

/// All that this process holds in a base, by one session. Where that is lost, the names are held again at once, whoever
/// holds them. Thread-safe.
class HeldNames {
public:
    /// `reach`: outlives this, so that the next one of the base knows too.
    HeldNames(std::string url, std::shared_ptr<Reach> reach)
        : url_(std::move(url)), reach_(std::move(reach)), keeper_([this] { keep(); }) {}
    ~HeldNames() {
        ending_.cancel();
        {
            const std::lock_guard lock(mutex_);
            ended_ = true;
        }
        changed_.notify_all();
        keeper_.join();
    }
    HeldNames(const HeldNames&) = delete;
    HeldNames& operator=(const HeldNames&) = delete;

    /// That of a base; it lives as long as somebody has it.
    [[nodiscard]] static std::shared_ptr<HeldNames> of(const std::string& url) {
        static std::mutex mutex;
        struct Known {
            std::weak_ptr<HeldNames> names{};
            std::shared_ptr<Reach> reach = std::make_shared<Reach>();
        };
        static std::map<std::string, Known> known;
        const std::lock_guard lock(mutex);
        Known& one = known[url];
        if (auto names = one.names.lock()) return names;
        auto made = std::make_shared<HeldNames>(url, one.reach);
        one.names = made;
        return made;
    }

    void connect() {
        const std::lock_guard lock(mutex_);
        static_cast<void>(join_if_lost());
    }
    void hold(std::string_view name) {
        const std::lock_guard lock(mutex_);
        const auto held = held_.try_emplace(std::string(name), 0).first;
        if (held->second++ > 0) return;
        try {
            if (!join_if_lost()) server_->run(lock_name, {held->first});
        } catch (...) {
            held_.erase(held);
            throw;
        }
    }
    void release(std::string_view name) noexcept {
        const std::lock_guard lock(mutex_);
        const auto held = held_.find(name);
        if (held == held_.end() || --held->second > 0) return;
        held_.erase(held);
        try {
            if (is_joined()) server_->run(unlock_name, {std::string(name)});
        } catch (const std::exception&) {
            // Gone with the session.
        }
    }
    /// Whether somebody holds the name beside the one who asks, who may hold it.
    [[nodiscard]] bool is_held(std::string_view name, bool is_asker_holding) {
        const std::lock_guard lock(mutex_);
        const auto held = held_.find(name);
        if (held != held_.end() && held->second > (is_asker_holding ? 1U : 0U)) return true;
        static_cast<void>(join_if_lost());
        const bool is_locked_there = !server_->query(is_locked, {std::string(name)}).empty();
        static_cast<void>(join_if_lost());
        return is_locked_there || Clock::now() < unsure_until_;
    }

private:
    /// Holds all names again where the session was lost, and gives whether it was.
    bool join_if_lost() {
        if (is_joined() && is_alive()) return false;
        reach_->check();
        reach_->note([this] { join(); });
        return true;
    }
    [[nodiscard]] bool is_joined() const { return server_ && server_->connections() == session_; }
    void join() {
        was_lost_ = was_lost_ || session_ > 0;
        session_ = 0;  // until it has all
        if (!server_) server_.emplace(url_, nullptr);
        server_->run(keep_looking);
        const std::uint64_t session = server_->connections();
        server_->run(unlock_all);
        for (const auto& [name, count] : held_) server_->run(lock_name, {name});
        if (server_->connections() == session) session_ = session;
        if (std::exchange(was_lost_, false)) unsure_until_ = Clock::now() + until_others_are_back;
    }
    /// As far as this machine knows.
    bool is_alive() {
        try {
            static_cast<void>(server_->connection().notifications(std::chrono::milliseconds(0)));
            return true;
        } catch (const db::PostgresqlError&) {
            return false;
        }
    }
    void keep() {
        std::unique_lock lock(mutex_);
        while (!ended_) {
            changed_.wait_for(lock, between_looks, [this] { return ended_; });
            const bool is_needed = !held_.empty() || (server_ && !is_joined()) || reach_->is_away();
            if (ended_ || !is_needed || (is_joined() && is_alive())) continue;
            lock.unlock();  // nobody waits for a server that does not answer
            std::optional<ServerConnection> made;
            try {
                reach_->note([&] { made.emplace(url_, &ending_); });
            } catch (const Error&) {
                // The next time, then.
            }
            lock.lock();
            if (!made || (is_joined() && is_alive())) continue;
            try {
                server_.reset();
                server_.emplace(std::move(*made));
                join();
            } catch (const Error&) {
                // The same.
            }
        }
    }

    const std::string url_;
    const std::shared_ptr<Reach> reach_;  ///< Shared with those of the same base that come later.
    Cancellation ending_;
    std::mutex mutex_;  ///< Of all below.
    std::condition_variable changed_;
    std::optional<ServerConnection> server_{};                ///< Of its own: the locks are its session's.
    std::uint64_t session_ = 0;                               ///< The one that has the locks; 0: none.
    bool was_lost_ = false;                                   ///< One that had them.
    std::map<std::string, std::size_t, std::less<>> held_{};  ///< By how many.
    Clock::time_point unsure_until_{};
    bool ended_ = false;
    std::thread keeper_;  ///< Last: it uses the others.
};

class ServerPresence final : public Presence {
public:
    explicit ServerPresence(const std::string& url) : names_(HeldNames::of(url)) { names_->connect(); }
    ~ServerPresence() override {
        for (const std::string& name : held_) names_->release(name);
    }
    ServerPresence(const ServerPresence&) = delete;
    ServerPresence& operator=(const ServerPresence&) = delete;

    void hold(std::string_view name) override {
        if (held_.contains(name)) return;
        names_->hold(name);
        held_.emplace(name);
    }
    void release(std::string_view name) noexcept override {
        const auto found = held_.find(name);
        if (found == held_.end()) return;
        names_->release(*found);
        held_.erase(found);
    }
    [[nodiscard]] bool is_held_elsewhere(std::string_view name) override {
        return names_->is_held(name, held_.contains(name));
    }
    /// Who lost a session holds again as soon as it sees that, and the server is there.
    [[nodiscard]] std::chrono::seconds doubt() const noexcept override { return std::chrono::seconds(5); }

private:
    const std::shared_ptr<HeldNames> names_;
    std::set<std::string, std::less<>> held_;
};

}  // namespace

std::unique_ptr<Presence> open_server_presence(const std::string& url) { return std::make_unique<ServerPresence>(url); }

}  // namespace quarry::store::postgresql
