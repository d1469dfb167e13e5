import {
  type CreationOptional,
  DataTypes,
  type ForeignKey,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  Sequelize,
} from 'sequelize';

export class SeedUser extends Model<InferAttributes<SeedUser>, InferCreationAttributes<SeedUser>> {
  declare id: string;
  declare username: string;
  declare name: string;
}

export class SeedChat extends Model<InferAttributes<SeedChat>, InferCreationAttributes<SeedChat>> {
  declare id: CreationOptional<string>;
  declare user_id: ForeignKey<string>;
  declare message: string;
  declare edited_at: CreationOptional<Date | null>;
  declare is_deleted: CreationOptional<boolean>;
  declare created_at: CreationOptional<Date>;
  declare updated_at: CreationOptional<Date>;
}

/** The seed's two models with their association, tables made; as many connections as Folkmoot's own pool has. */
export async function openSeedModels(databaseUrl: string): Promise<void> {
  const sequelize = new Sequelize(databaseUrl, { dialect: 'postgres', logging: false, pool: { max: 10 } });
  SeedUser.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true },
      username: { type: DataTypes.STRING, allowNull: false },
      name: { type: DataTypes.STRING, allowNull: false },
    },
    { sequelize, tableName: 'users', timestamps: false },
  );
  SeedChat.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      user_id: { type: DataTypes.UUID, allowNull: false },
      message: { type: DataTypes.TEXT, allowNull: false, validate: { len: [1, 5000] } },
      edited_at: { type: DataTypes.DATE, allowNull: true },
      is_deleted: { type: DataTypes.BOOLEAN, defaultValue: false },
      created_at: DataTypes.DATE,
      updated_at: DataTypes.DATE,
    },
    {
      sequelize,
      tableName: 'community_chat',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
      indexes: [{ fields: ['user_id'] }],
    },
  );
  SeedUser.hasMany(SeedChat, { foreignKey: 'user_id' });
  SeedChat.belongsTo(SeedUser, { foreignKey: 'user_id' });
  await sequelize.sync();
}

/** A message with its author, as the seed shows it. */
export async function findWithAuthor(id: string): Promise<SeedChat | null> {
  return SeedChat.findByPk(id, { include: [{ model: SeedUser, attributes: ['id', 'username', 'name'] }] });
}

/** The newest messages, or an older page of them, oldest first. */
export async function findPage({ page, limit }: { page: number; limit: number }): Promise<SeedChat[]> {
  const rows = await SeedChat.findAll({
    where: { is_deleted: false },
    include: [{ model: SeedUser, attributes: ['id', 'username', 'name'] }],
    order: [['created_at', 'DESC']],
    limit,
    offset: (page - 1) * limit,
  });
  return rows.toReversed();
}
