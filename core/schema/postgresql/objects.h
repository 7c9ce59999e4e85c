#pragma once

#include <string>
#include <vector>

#include "core/schema/postgresql/model.h"
#include "core/schema/postgresql/script.h"

namespace quarry::schema::postgresql {

/// CREATE (or ADD CONSTRAINT) of an object that needs nothing but its own text: all kinds but tables and defaults.
/// `not_valid` adds a constraint without looking at the rows that are there; the caller validates it.
void write_create(ScriptWriter& script, const Catalog& catalog, const Object& object, bool not_valid = false);

/// DROP of an object; all kinds but defaults.
[[nodiscard]] std::string drop_statement(const Object& object);

/// "ALTER TABLE public.t".
[[nodiscard]] std::string alter_table(const Id& table);

/// Enables or disables a trigger or rule.
void write_state(ScriptWriter& script, const Object& object);

/// Comments and grants that turn what there was into what `object` has; `before` is absent for one just made.
void write_comments(ScriptWriter& script, const Object* before, const Object& object);
void write_grants(ScriptWriter& script, const std::set<Grant>& had, const Object& object);

/// What everybody may do with an object that was just made, as PostgreSQL has it by itself.
[[nodiscard]] std::set<Grant> standard_grants(Kind kind);
/// The same with the default privileges of a catalogue, for an object that the catalogue's reader makes.
[[nodiscard]] std::set<Grant> first_grants(const Catalog& catalog, const Id& id);

/// The default privileges of one kind of objects.
[[nodiscard]] std::set<Grant> privileges_of(const Catalog& catalog, const DefaultPrivileges& key);
void write_default_privileges(ScriptWriter& script, const DefaultPrivileges& key, const std::set<Grant>& before,
                              const std::set<Grant>& after);
/// For people: "tables in app of admin".
[[nodiscard]] std::string shown(const DefaultPrivileges& key);

/// Whether the object is a CHECK or FOREIGN KEY: one that can be added NOT VALID.
[[nodiscard]] bool can_be_validated_later(const Object& constraint);

}  // namespace quarry::schema::postgresql
