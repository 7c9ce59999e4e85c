#pragma once

#include <type_traits>

namespace quarry::store {

/// Does `work` within a transaction that has begun (SQLite::Transaction, CheckedTransaction), commits it, and gives what
/// `work` gave. What either throws comes out; the transaction's owner then rolls it back.
template <typename Transaction, typename Work>
auto committed(Transaction&& transaction, Work&& work) {
    if constexpr (std::is_void_v<decltype(work())>) {
        work();
        transaction.commit();
    } else {
        auto result = work();
        transaction.commit();
        return result;
    }
}

}  // namespace quarry::store
