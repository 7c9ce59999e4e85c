#include "core/store/postgresql/server_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/store/base_address.h"
#include "core/store/postgresql/server_connection.h"

namespace quarry::store::postgresql {
namespace {

constexpr std::chrono::milliseconds look_at_cancellation{100};
constexpr std::size_t fewest = 4;
/// So that neither a statement that never ends nor a process that was stopped in a transaction keeps others out for
/// ever. What the role, the database or the address sets stays.
constexpr const char* session_limits =
    "SELECT pg_catalog.set_config(s.name, l.value, false) FROM pg_catalog.pg_settings s JOIN (VALUES"
    " ('statement_timeout', '10min'), ('idle_in_transaction_session_timeout', '1h'), ('lock_timeout', '1min'))"
    " AS l (name, value) ON l.name = s.name WHERE s.setting = '0'";

/// The pools of this process, each as long as it is used.
struct Pools {
    std::mutex mutex;  ///< Of all below.
    std::map<std::string, std::weak_ptr<ServerPool>> pools;
    std::map<std::string, std::size_t> most;
};

Pools& pools() {
    static Pools all;
    return all;
}

std::size_t at_least_fewest(std::size_t most) { return std::max(most, fewest); }

/// Those that only what is brief may take.
std::size_t reserved(std::size_t most) { return at_least_fewest(most) / 4; }

}  // namespace

std::shared_ptr<ServerPool> ServerPool::of(const std::string& url) {
    Pools& all = pools();
    const std::lock_guard lock(all.mutex);
    if (auto known = all.pools[url].lock()) return known;
    PoolLimits limits;
    if (const auto most = all.most.find(url); most != all.most.end()) limits.most = most->second;
    auto made = std::make_shared<ServerPool>(url, limits);
    all.pools[url] = made;
    return made;
}

void ServerPool::set_most(const std::string& url, std::size_t most) {
    Pools& all = pools();
    const std::lock_guard lock(all.mutex);
    all.most[url] = most;
}

db::PostgresqlConnection ServerPool::take(ConnectionUse use, const Cancellation* cancel, std::optional<Loan>& loan) {
    const Loan wanted{use, std::this_thread::get_id()};
    std::optional<Idle> idle = reserve(wanted, cancel);
    try {
        if (idle) {
            idle->connection.set_cancellation(cancel);
            const bool is_fresh = Clock::now() - idle->since < limits_.check_after;
            if (!is_fresh && idle->connection.run("SELECT 1")) idle.reset();
        }
        db::PostgresqlConnection taken = idle ? std::move(idle->connection) : connect(cancel);
        loan = wanted;
        return taken;
    } catch (...) {
        release(wanted);
        throw;
    }
}

bool ServerPool::may_take(const Loan& loan) const {
    const std::size_t most = at_least_fewest(limits_.most);
    if (lent_ >= most) return false;
    return loan.use == ConnectionUse::brief || holders_.contains(loan.holder) || lent_whole_ < most - reserved(most);
}

std::optional<ServerPool::Idle> ServerPool::reserve(const Loan& loan, const Cancellation* cancel) {
    std::vector<Idle> old;  // closed behind the lock
    const auto until = Clock::now() + limits_.wait;
    std::unique_lock lock(mutex_);
    while (!may_take(loan)) {
        if (cancel != nullptr) cancel->check();
        if (Clock::now() >= until) {
            throw Error(ErrorCode::locked, std::string(no_connection_free),
                        fmt::format("try again, or raise serve.base_connections (now {})", limits_.most));
        }
        freed_.wait_until(lock, std::min(until, Clock::now() + look_at_cancellation));
    }
    ++holders_[loan.holder];
    ++lent_;
    if (loan.use == ConnectionUse::whole) ++lent_whole_;
    old = take_old();
    if (idle_.empty()) return std::nullopt;
    Idle last = std::move(idle_.back());
    idle_.pop_back();
    return last;
}

void ServerPool::release(const Loan& loan) noexcept {
    {
        const std::lock_guard lock(mutex_);
        --lent_;
        if (loan.use == ConnectionUse::whole) --lent_whole_;
        const auto holder = holders_.find(loan.holder);
        if (holder != holders_.end() && --holder->second == 0) holders_.erase(holder);
    }
    freed_.notify_all();  // each of those that wait may want another kind
}

db::PostgresqlConnection ServerPool::connect(const Cancellation* cancel) const {
    ServerConnection made(url_, cancel);
    made.run(session_limits);
    return std::move(made).release();
}

db::PostgresqlConnection ServerPool::renew(const Cancellation* cancel) {
    std::vector<Idle> given_up;
    {
        const std::lock_guard lock(mutex_);
        given_up = std::exchange(idle_, {});
    }
    return connect(cancel);
}

void ServerPool::give_back(db::PostgresqlConnection connection, const Loan& loan) noexcept {
    std::optional<db::PostgresqlConnection> broken;  // closed behind the lock
    std::vector<Idle> old;
    try {
        if (!connection.alive() || connection.in_transaction()) {
            broken = std::move(connection);
        } else {
            connection.set_cancellation(nullptr);
            const std::lock_guard lock(mutex_);
            old = take_old();
            idle_.push_back({std::move(connection), Clock::now()});
        }
    } catch (const std::exception&) {
        // Without memory for it, it is closed.
    }
    release(loan);
}

std::vector<ServerPool::Idle> ServerPool::take_old() {
    const auto oldest = Clock::now() - limits_.close_after;
    const auto first_kept = std::ranges::find_if(idle_, [&](const Idle& one) { return one.since > oldest; });
    std::vector<Idle> old(std::make_move_iterator(idle_.begin()), std::make_move_iterator(first_kept));
    idle_.erase(idle_.begin(), first_kept);
    return old;
}

bool ServerPool::is_approved(std::string_view ledger) const {
    const std::lock_guard lock(mutex_);
    return !ledger.empty() && approved_ == ledger;
}

bool ServerPool::has_approved() const {
    const std::lock_guard lock(mutex_);
    return !approved_.empty();
}

void ServerPool::approve(std::string ledger) {
    const std::lock_guard lock(mutex_);
    approved_ = std::move(ledger);
}

}  // namespace quarry::store::postgresql
