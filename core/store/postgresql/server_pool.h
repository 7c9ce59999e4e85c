#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/base/cancel.h"
#include "core/db/postgresql.h"

namespace quarry::store::postgresql {

/// How much connections of a pool may be used.
struct PoolLimits {
    static constexpr std::size_t usual_most = 24;

    std::size_t most = usual_most;                  ///< Connections at a time; at least 4.
    std::chrono::milliseconds wait{10'000};         ///< For one that others use.
    std::chrono::milliseconds check_after{30'000};  ///< One that was idle for so long is asked whether it lives.
    std::chrono::milliseconds close_after{300'000};
};

/// What a connection is wanted for.
enum class ConnectionUse {
    brief,  ///< A statement, or a short transaction, that takes no second connection meanwhile.
    whole,  ///< One state of the base for all of a request, or a transaction that waits for other writers.
};

/// The connections of this process to one base. They are lent for a statement or a transaction, and used again. A
/// quarter of them is only for what is brief, and for threads that have one already: so what has a connection for long
/// never waits for itself. Those that are lent have no open transaction, and no session keeps anything between two
/// loans: locks of a session and LISTEN are for connections of their own. Thread-safe.
class ServerPool {
public:
    explicit ServerPool(std::string url, const PoolLimits& limits = {}) : url_(std::move(url)), limits_(limits) {}
    ServerPool(const ServerPool&) = delete;
    ServerPool& operator=(const ServerPool&) = delete;

    /// That of a base, which all of this process use: it lives, with its idle connections, as long as somebody has it.
    /// What opens a part of a base is given no more than its address, so this is found by it.
    [[nodiscard]] static std::shared_ptr<ServerPool> of(const std::string& url);
    /// How many connections the pool of a base may have that is made from now on.
    static void set_most(const std::string& url, std::size_t most);

    [[nodiscard]] const std::string& url() const noexcept { return url_; }

    /// Who has a connection.
    struct Loan {
        ConnectionUse use = ConnectionUse::brief;
        std::thread::id holder{};
    };
    /// Lends one, to this thread; sets `loan` meanwhile. `cancel` interrupts waiting, connecting and statements; may be
    /// null. Throws Error: as connecting does; locked, when none came free in time; interrupted.
    [[nodiscard]] db::PostgresqlConnection take(ConnectionUse use, const Cancellation* cancel,
                                                std::optional<Loan>& loan);
    /// A new one in place of one that was lost; idle ones are given up too, as they probably are lost as well.
    [[nodiscard]] db::PostgresqlConnection renew(const Cancellation* cancel);
    /// Takes one back. One that was lost or has an open transaction is closed.
    void give_back(db::PostgresqlConnection connection, const Loan& loan) noexcept;

    /// Whether a schema, as the ledger of migrations shows it, was found to be this binary's.
    [[nodiscard]] bool is_approved(std::string_view ledger) const;
    void approve(std::string ledger);
    [[nodiscard]] bool has_approved() const;

private:
    using Clock = std::chrono::steady_clock;
    struct Idle {
        db::PostgresqlConnection connection;
        Clock::time_point since;
    };
    [[nodiscard]] bool may_take(const Loan& loan) const;
    /// Waits until there may be one more, and gives an idle one, if there is one.
    [[nodiscard]] std::optional<Idle> reserve(const Loan& loan, const Cancellation* cancel);
    void release(const Loan& loan) noexcept;
    [[nodiscard]] db::PostgresqlConnection connect(const Cancellation* cancel) const;
    /// Takes those out that were idle for too long, to be closed by the caller, who does not hold the mutex then.
    [[nodiscard]] std::vector<Idle> take_old();

    const std::string url_;
    const PoolLimits limits_;
    mutable std::mutex mutex_;  ///< Of all below.
    std::condition_variable freed_;
    std::vector<Idle> idle_{};  ///< Those that were used last are behind.
    std::size_t lent_ = 0, lent_whole_ = 0;
    std::map<std::thread::id, std::size_t> holders_{};
    std::string approved_{};
};

}  // namespace quarry::store::postgresql
