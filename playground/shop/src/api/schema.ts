export const SCHEMA_SQL = `
CREATE TABLE IF NOT EXISTS categories (
  id text PRIMARY KEY,
  name text NOT NULL,
  position int NOT NULL
);
CREATE TABLE IF NOT EXISTS products (
  id serial PRIMARY KEY,
  name text NOT NULL,
  maker text NOT NULL,
  description text NOT NULL,
  category_id text NOT NULL REFERENCES categories,
  price_cents int NOT NULL CHECK (price_cents > 0),
  art text NOT NULL,
  hue int NOT NULL
);
CREATE TABLE IF NOT EXISTS stock (
  product_id int PRIMARY KEY REFERENCES products,
  quantity int NOT NULL CHECK (quantity >= 0)
);
CREATE TABLE IF NOT EXISTS coupons (
  code text PRIMARY KEY,
  rules text NOT NULL
);
CREATE TABLE IF NOT EXISTS cart_lines (
  shopper_id text NOT NULL,
  product_id int NOT NULL REFERENCES products,
  quantity int NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (shopper_id, product_id)
);
CREATE TABLE IF NOT EXISTS cart_coupons (
  shopper_id text PRIMARY KEY,
  code text NOT NULL REFERENCES coupons,
  percent int NOT NULL
);
CREATE TABLE IF NOT EXISTS orders (
  id serial PRIMARY KEY,
  shopper_id text NOT NULL,
  full_name text NOT NULL,
  email text NOT NULL,
  total_cents int NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS order_lines (
  order_id int NOT NULL REFERENCES orders,
  product_id int NOT NULL REFERENCES products,
  quantity int NOT NULL,
  price_cents int NOT NULL,
  PRIMARY KEY (order_id, product_id)
);
`
