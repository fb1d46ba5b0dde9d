-- The rows that an order of two lines writes, in plain SQL; the ledger is left out.
\set buyer random(1, :buyers)
\set one random(1, :skus - 1)
\set other random(:one + 1, :skus)
\set tail random(0, 999999999)
BEGIN;
INSERT INTO shop_idempotencykey (user_id, route, key, request_hash, created_at)
    VALUES (:first_buyer + :buyer - 1, 'floor', md5(random()::text || :client_id), repeat('0', 64), now())
    RETURNING id AS key_id \gset
UPDATE shop_sku SET stock = stock - 1 WHERE id = :first_sku + :one - 1 AND stock >= 1;
UPDATE shop_sku SET stock = stock - 1 WHERE id = :first_sku + :other - 1 AND stock >= 1;
INSERT INTO shop_order (number, user_id, state, pay_method, goods_amount, freight, discount, adjustment, payable,
        paid_amount, refunded_amount, total_count, address, receiver, receiver_mobile, remark, staff_note, cancel_reason,
        created_at, expires_at)
    VALUES ('9' || to_char(clock_timestamp(), 'YYMMDDHH24MISSUS') || :client_id || :tail,
        :first_buyer + :buyer - 1, 1, 2, 198, 8, 0, 0, 206, 0, 0, 2,
        '{"receiver": "张三", "mobile": "13812345678", "tel": "", "email": "", "province_id": 440000, "province": "广东省", "city_id": 440100, "city": "广州市", "district_id": 440106, "district": "天河区", "place": "体育西路123号", "text": "广东省广州市天河区体育西路123号"}',
        '张三', '13812345678', '', '', '', now(), now() + interval '30 minutes')
    RETURNING id AS order_id \gset
INSERT INTO shop_orderline (order_id, sku_id, name, options, price, count, amount, weight_grams, shipped_count,
        refunded_count, refunded_amount, restocked_count)
    VALUES (:order_id, :first_sku + :one - 1, '商品 SKU-00001', '', 99, 1, 99, 500, 0, 0, 0, 0),
           (:order_id, :first_sku + :other - 1, '商品 SKU-00002', '', 99, 1, 99, 500, 0, 0, 0, 0);
INSERT INTO shop_orderevent (order_id, kind, to_state, actor, by_id, note, data, created_at)
    VALUES (:order_id, 'placed', 1, 'buyer', :first_buyer + :buyer - 1, '', '{}', now());
UPDATE shop_idempotencykey SET status = 201, answer = '{"order_id": "1", "payable": "206.00"}' WHERE id = :key_id;
COMMIT;
