"""The category tree."""

from meiduo.demo.data.shapes import top

TREE = (
    top(
        "手机通讯", 216, "#2f6fe4", "新机首发 以旧换新", "digital",
        手机="智能手机:phone 老人手机:phone",
        手机配件="手机壳:phonecase 充电器数据线:charger 移动电源:powerbank",
        智能影音="智能穿戴:watch 蓝牙耳机:earbuds 头戴耳机:headphones 智能音箱:speaker",
    ),
    top(
        "电脑办公", 238, "#5a63e6", "高效办公 尽兴游戏", "digital",
        电脑整机="笔记本电脑:laptop 游戏本:gaminglaptop 平板电脑:tablet",
        外设存储="显示器:monitor 键盘鼠标:keyboard 移动硬盘:drive",
        办公影像="路由器:router 打印机:printer 数码相机:camera 游戏手柄:gamepad",
    ),
    top(
        "家用电器", 190, "#1c9bb8", "家电焕新 送装一体", "appliance",
        大家电="平板电视:tv 冰箱:fridge 洗衣机:washer 空调:aircon",
        厨房电器="电饭煲:ricecooker 电水壶:kettle 空气炸锅:airfryer 净水器:waterpurifier",
        生活电器="扫地机器人:vacuum 电风扇:fan 个护电器:hairdryer",
    ),
    top(
        "服饰鞋包", 332, "#e0508f", "应季上新 舒适有型", "clothing",
        男装女装="T恤:tshirt 衬衫:shirt 卫衣:hoodie 羽绒服:jacket 连衣裙:dress 牛仔裤:pants",
        鞋靴="运动鞋:sneaker 女鞋:heels 靴子:boots",
        箱包配饰="双肩包:backpack 手提包:handbag 拉杆箱:suitcase 帽袜围巾:cap",
    ),
    top(
        "美妆个护", 350, "#e2557a", "温和养肤 元气上妆", "beauty",
        面部护肤="面霜:cream 精华:serum 面膜:facemask 防晒:tube",
        彩妆香水="口红:lipstick 眼影:palette 香水:perfume",
        身体洗护="洗发沐浴:shampoo 手足护理:tube",
    ),
    top(
        "食品生鲜", 24, "#e8742c", "产地直采 当日新鲜", "fresh",
        新鲜果蔬="苹果:apple 柑橘:orange 莓果葡萄:strawberry 时令蔬菜:vegetable",
        肉蛋水产="牛羊肉:meat 禽蛋:egg 鱼类海鲜:fish",
        粮油速食="方便面食:noodles 大米:ricebag 食用油:bottle",
        零食饮品="休闲零食:snackbag 坚果炒货:nuts 月饼糕点:mooncake 牛奶:milk 茶叶:teatin 咖啡:coffee 白酒:bottle",
    ),
    top(
        "家居家装", 36, "#c98a3c", "把家过成喜欢的样子", "home",
        家具="沙发:sofa 办公椅:chair 书桌:desk",
        家纺布艺="床品四件套:bedding 毛巾浴巾:towel 窗帘:curtain",
        厨具水具="锅具:pan 刀具:knives 杯壶:mug",
        灯饰日用="台灯:lamp 收纳:storagebox 绿植:plant",
    ),
    top(
        "母婴玩具", 46, "#f0a81f", "安心陪伴 快乐成长", "kids",
        母婴用品="奶瓶喂养:babybottle 纸尿裤:diapers 婴儿推车:stroller",
        玩具="积木拼图:blocks 毛绒玩具:bear 遥控车:toycar 智能机器人:robot 航天模型:rocket",
    ),
    top(
        "运动户外", 148, "#2fa36b", "出门就是好天气", "sports",
        球类运动="篮球:basketball 足球:football 羽毛球拍:racket",
        健身训练="哑铃:dumbbell 瑜伽垫:yogamat 运动水壶:sportbottle 泳镜:swimwear",
        户外骑行="帐篷:tent 渔具:fishingrod 自行车:bicycle 电动滑板车:scooter",
    ),
    top(
        "图书文娱", 266, "#7a55d8", "好书好物 慢慢生活", "culture",
        图书="文学小说:book 科技编程:book 少儿读物:book",
        文具="本册:notebook 书写工具:pen",
        乐器美术="吉他:guitar 画材:paints 教具:globe",
    ),
)
