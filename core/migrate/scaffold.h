#pragma once

#include <string>
#include <string_view>

namespace quarry::migrate {

/// A migration's name from what was typed: "Create users table" and "createUsersTable" are "create_users_table".
/// Throws Error(usage) when nothing usable is left.
[[nodiscard]] std::string migration_name(std::string_view typed);

/// The text of a new migration, with up and down sections guessed from a name such as create_users_table,
/// add_status_to_orders, remove_status_from_orders, rename_mail_to_email_in_users, drop_users_table or
/// add_index_on_email_to_users. What cannot be guessed is left as a comment; such a file is refused until it is filled.
[[nodiscard]] std::string scaffold(std::string_view name);

}  // namespace quarry::migrate
