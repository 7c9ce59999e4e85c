#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/migrate/migration_list.h"
#include "core/migrate/repeatable_change.h"
#include "core/migrate/replay.h"
#include "core/schema/schema.h"

namespace quarry::migrate {

/// What repeatable migrations make. A migration with a version must leave it alone: on a new database it runs before
/// them, and what they make is not there yet.
class RepeatableObjects {
public:
    /// Runs the migrations in a scratch database, and the repeatable ones one after the other. Throws Error as `replay`
    /// does.
    RepeatableObjects(const SchemaLoader& loader, const MigrationList& migrations);

    /// The schema that all migrations give.
    [[nodiscard]] const schema::Schema& schema() const noexcept { return *schema_; }
    /// A schema without what repeatable migrations make.
    [[nodiscard]] std::unique_ptr<schema::Schema> rest_of(const schema::Schema& schema) const {
        return schema.without(objects_);
    }
    /// Takes the differences in what repeatable migrations make out of the changes.
    [[nodiscard]] std::vector<RepeatableChange> take(std::vector<schema::Change>& changes) const;
    /// The same of changes to a wanted schema: that it leaves such an object out is no difference.
    [[nodiscard]] std::vector<RepeatableChange> take_wanted(std::vector<schema::Change>& changes) const;
    /// Whether repeatable migrations change this, such as a table's row-level security.
    [[nodiscard]] bool has_changed(const schema::Change& change) const { return changed_.contains(name_of(change)); }

private:
    static std::string name_of(const schema::Change& change);

    std::unique_ptr<schema::Schema> schema_;
    std::set<std::string> objects_;               ///< As Schema::without takes them.
    std::map<std::string, std::string> changed_;  ///< Those, and all else that they change; by which file.
};

}  // namespace quarry::migrate
